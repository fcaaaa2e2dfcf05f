import { SDKS } from '../support/sdk.ts';
import { testRelease } from './run-cases.ts';

testRelease(SDKS[2]);
