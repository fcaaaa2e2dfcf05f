import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { expect, type SuiteOptions } from 'vitest';
import { type Confab, type ConfabOptions, startConfab } from '../../packages/confab/src/index.ts';
import { launchChromium, needsChromium } from '../../test-support/chromium.ts';

/** Options of each suite here: it needs a browser, and time on a busy machine, since a test goes through several pages. */
export const inBrowser: SuiteOptions = { ...needsChromium, timeout: 60_000 };

/** What pages are looked at with: a desk, and a phone. */
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

/** A server in development mode, and a browser that shows its console. One of each for a test file. */
export interface StartedConsole {
  readonly confab: Confab;
  readonly browser: Browser;
  /** A page in a fresh profile, signed in unless said otherwise. `path` is below `/console`. */
  open(path?: string, options?: { viewport?: typeof DESKTOP; signedIn?: boolean }): Promise<Page>;
  /** Fails when a page has done what its content security policy forbids, has thrown, or has written an error. Call it after each test. */
  expectNoViolations(): void;
  stop(): Promise<void>;
}

export async function startConsole(options: ConfabOptions = {}): Promise<StartedConsole> {
  const confab = await startConfab(options);
  const browser = await launchChromium();
  const faults: string[] = [];

  function watch(page: Page): void {
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      // What the API refuses is no fault of the page: it has to show it.
      if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
      faults.push(`${page.url()}: ${message.text()}`);
    });
    // Whatever wants to be confirmed with a dialog of the browser's own has run where it must not.
    page.on('dialog', (dialog) => {
      faults.push(`${page.url()}: a dialog said ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  return {
    confab,
    browser,
    async open(path = '', { viewport = DESKTOP, signedIn = true } = {}) {
      const context = await browser.newContext({
        viewport,
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const page = await context.newPage();
      watch(page);
      await page.goto(`${confab.url}/console${path}`);
      if (signedIn) await signIn(page);
      return page;
    },
    expectNoViolations() {
      expect(faults.splice(0)).toEqual([]);
    },
    async stop() {
      await browser.close();
      await confab.stop();
    },
  };
}

/** As a developer does: with one click. The page that was asked for shows afterwards. */
export async function signIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in for development' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'attached' });
}

/** Fails when axe finds anything serious or critical, in light colours or dark ones. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await settled(page);
    expect({ colorScheme, url: page.url(), findings: await seriousFindings(page) }).toMatchObject({ findings: [] });
  }
}

async function seriousFindings(page: Page): Promise<string[]> {
  // Into the page through the debugger, which its content security policy does not bind.
  await page.evaluate(`${axe.source}; undefined`);
  const { violations } = await page.evaluate<{ violations: axe.Result[] }>('axe.run(document)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}

/** Waits until what moves has come to rest: colours that are half faded in have no contrast. */
async function settled(page: Page): Promise<void> {
  await page.evaluate('Promise.allSettled(document.getAnimations().map((animation) => animation.finished))');
}

/**
 * Fails when the page is wider than the screen. With CONFAB_SCREENSHOTS, the name of a folder, it also keeps a picture of the page there, for
 * people to look at.
 */
export async function expectFits(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await page.setViewportSize(viewport);
    await settled(page);
    const widths = await page.evaluate('({ page: document.documentElement.scrollWidth, screen: innerWidth })');
    expect({ name, ...Object(widths) }).toEqual({ name, page: viewport.width, screen: viewport.width });
    await keepPicture(page, `${name}-${size}`);
  }
  await page.setViewportSize(DESKTOP);
}

async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.CONFAB_SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
