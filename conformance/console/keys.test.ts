import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { needsChromium } from '../../test-support/chromium.ts';
import { expectAccessible, expectFits, type StartedConsole, startConsole } from './support.ts';

describe('API keys in the console', needsChromium, () => {
  let ui: StartedConsole;
  beforeAll(async () => {
    ui = await startConsole();
  });
  afterEach(() => ui.expectNoViolations());
  afterAll(() => ui?.stop());

  it('shows the keys to everybody, light and dark, wide and narrow', async () => {
    const page = await ui.open('/keys');
    await page.getByText(ui.confab.apiKey).waitFor();
    await expectAccessible(page);
    await expectFits(page, 'keys');
    expect(await page.title()).toBe('API keys · Confab');
  });
});
