import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import type { SuiteOptions } from 'vitest';
import { skippedIfMissing } from './requirement.ts';

/** What packages call the program. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const executablePath = findChromium();

/** Whether this machine has one. */
export const hasChromium = executablePath !== undefined;

/**
 * Options for a suite or test that needs a browser: it is skipped, with the reason, where there is none.
 * `describe('console', needsChromium, () => { … })`
 */
export const needsChromium: SuiteOptions = skippedIfMissing(
  'chromium',
  executablePath === undefined ? 'Chromium not found (install chromium)' : undefined,
);

/** Starts the machine's Chromium with a fresh profile in a temporary folder. Whoever starts it closes it. */
export function launchChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('Chromium not found');
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox', // tests may run as root, where the sandbox does not start
      '--disable-dev-shm-usage', // containers often have little of it
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** CONFAB_CHROMIUM names another program. */
function findChromium(): string | undefined {
  const given = process.env.CONFAB_CHROMIUM;
  if (given) return given;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path));
}
