export { examine } from './examine.ts';
export { type Finding, failed, ok, warning } from './finding.ts';
