import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import type { SuiteOptions } from 'vitest';

const EXECUTABLES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = EXECUTABLES.find((path) => existsSync(path));

/** Options for a suite that needs a browser: it is skipped, with the reason, where there is none. */
export const needsChromium: SuiteOptions =
  executablePath === undefined ? { skip: true, meta: { skipReason: 'there is no Chromium on this machine' } } : {};

/** Starts the system's Chromium. */
export function launchChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('there is no Chromium on this machine');
  // Its sandbox does not run as root, and in many containers not at all; the pages are our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
