import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import type { SuiteOptions } from 'vitest';
import { isRequired } from '../../packages/confab/test/support/required.ts';

const EXECUTABLES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = EXECUTABLES.find((path) => existsSync(path));

const missing = 'Chromium was not found (install chromium)';

/** Options for a suite that needs a browser: it is skipped, with the reason, where there is none, unless CONFAB_REQUIRE names it. */
export const needsChromium: SuiteOptions =
  executablePath !== undefined || isRequired('chromium') ? {} : { skip: true, meta: { skipReason: missing } };

/** Starts the system's Chromium. */
export function launchChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error(missing);
  // Its sandbox does not run as root, and in many containers not at all; the pages are our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
