import type { SuiteOptions } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Printed at the end of the run beside what was skipped. */
    skipReason?: string;
  }
}

/** CONFAB_REQUIRE lists what must not be skipped, as in `CONFAB_REQUIRE=postgresql,chromium`. */
export function isRequired(name: string): boolean {
  return (process.env.CONFAB_REQUIRE ?? '').split(',').includes(name);
}

/**
 * Options for suites and tests that need what a machine may lack: skipped with the reason where something is missing. Throws
 * where it is required.
 */
export function skippedIfMissing(name: string, missing: string | undefined): SuiteOptions {
  if (missing === undefined) return {};
  if (isRequired(name)) throw new Error(`${missing}, and CONFAB_REQUIRE asks for ${name}`);
  return { skip: true, meta: { skipReason: missing } };
}
