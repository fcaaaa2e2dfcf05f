export { describeInspection } from './describe-inspection.ts';
export type { Finding } from './finding.ts';
export { type Inspection, type InspectOptions, inspectToken } from './inspect-token.ts';
