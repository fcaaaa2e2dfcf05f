import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Sdk } from '../support/sdk.ts';
import { ALL_CASES } from './cases/index.ts';
import { UNREACHABLE_IN } from './left-out.ts';
import { openStage, type Stage } from './stage.ts';
import { readSurface } from './surface.ts';

/** Cases wait for events, several at a time; this catches what hangs, also on a busy machine. */
const CASE_TIMEOUT_MS = 60_000;

/** Declares one test for each case whose method or event the release has; what it has not is told by surface.test.ts. */
export function testRelease(sdk: Sdk): void {
  describe.concurrent(sdk.name, { timeout: CASE_TIMEOUT_MS }, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage(sdk);
    });
    afterAll(() => stage?.close());

    const unreachable = UNREACHABLE_IN[sdk.version] ?? {};
    const surface = readSurface(sdk.packageName);
    for (const cases of ALL_CASES) {
      const offered = surface.get(cases.className);
      for (const [name, run] of Object.entries(cases.methods)) {
        const title = `${cases.className}.${name}()`;
        if (offered?.methods.includes(name) && !(title in unreachable)) test(title, () => run(stage));
      }
      for (const [name, run] of Object.entries(cases.events)) {
        if (offered?.events.includes(name)) test(`${cases.className} tells ${name}`, () => run(stage));
      }
    }
  });
}
