import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SuiteOptions } from 'vitest';
import { skippedIfMissing } from '../../test-support/requirement.ts';

const execute = promisify(execFile);

/** That of the system, which its packages are for. */
export const PYTHON = '/usr/bin/python3';

const missing = await execute(PYTHON, ['-c', 'import twilio']).then(
  () => undefined,
  () => 'the Python helper library was not found (install python3-twilio)',
);

/** Options for a suite that needs the Python helper: it is skipped, with the reason, where it is not, unless CONFAB_REQUIRE names it. */
export const needsPythonHelper: SuiteOptions = skippedIfMissing('python3-twilio', missing);

/** Runs one of the programs in `conformance/python`, and returns what it answers. */
export async function runPython(program: string, variables: Record<string, string>): Promise<unknown> {
  const { stdout } = await execute(PYTHON, [join(import.meta.dirname, '../python', program)], { env: variables });
  return JSON.parse(stdout);
}
