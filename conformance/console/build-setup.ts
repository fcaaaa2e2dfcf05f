import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { createBuild } from '../../packages/confab/src/console/build.ts';
import { hasChromium } from '../../test-support/chromium.ts';

/** Builds the console when it is missing or stale, once for the whole run: servers of several test files would build over each other. */
export async function setup(): Promise<void> {
  if (!hasChromium) return;
  const build = createBuild(pino({ level: 'error' }));
  for (;;) {
    const { kind } = await build.ready();
    if (kind === 'built') return;
    if (kind === 'failed') throw new Error('The console could not be built.');
    await wait(200);
  }
}
