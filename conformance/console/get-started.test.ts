import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BUILT, BUILT_ASSETS } from '../../packages/confab/src/console/folders.ts';
import { connectWith } from '../support/sdk.ts';
import { expectAccessible, expectFits, inBrowser, type StartedConsole, startConsole } from './support.ts';

describe('the beginning in the console', inBrowser, () => {
  let ui: StartedConsole;
  beforeAll(async () => {
    ui = await startConsole();
  });
  afterEach(() => ui.expectNoViolations());
  afterAll(() => ui?.stop());

  it('shows the four values, and begins a conversation that the official SDK finds', async () => {
    const page = await ui.open();
    const { accountSid, apiKey, chatServiceSid, url, socketUrl } = ui.confab;
    for (const value of [accountSid, apiKey, chatServiceSid, url]) {
      await page.getByRole('code').getByText(value, { exact: true }).first().waitFor();
    }
    await page.getByRole('textbox', { name: 'Identity' }).fill('grace');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByText('grace can connect').waitFor();
    await expectAccessible(page);
    await expectFits(page, 'get-started');
    await page.getByRole('button', { name: 'Copy token' }).click();
    const token = await page.evaluate<string>('navigator.clipboard.readText()');
    const client = await connectWith(token, socketUrl);
    const { items } = await client.getSubscribedConversations();
    expect(items.map(({ friendlyName }) => friendlyName)).toEqual(['First conversation of grace']);
    await client.shutdown();
    await page.context().close();
  });

  it('fills the samples with a secret only while it is new', async () => {
    const page = await ui.open('?language=Python');
    const sample = page.getByLabel('Python sample', { exact: true });
    await sample.getByText("os.environ['TWILIO_API_SECRET']").waitFor();
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByText('API secret, shown this once').waitFor();
    const secret = await page
      .getByText('API secret, shown this once')
      .locator('xpath=following-sibling::*[1]//code')
      .textContent();
    expect(await sample.textContent()).toContain(`'${secret}'`);
    await page.reload();
    await sample.getByText("os.environ['TWILIO_API_SECRET']").waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.context().close();
  });

  it('loads less than 200 kB at first', async () => {
    const html = await readFile(join(BUILT, 'index.html'), 'utf8');
    const names = [...html.matchAll(/\/console\/assets\/([\w.-]+\.(?:js|css))"/g)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(1);
    // The page that shows first, too: its own chunk and what that brings along is all that is left to load.
    const first = (await readdir(BUILT_ASSETS)).filter((name) => /^get-started-page-.*\.js$/.test(name));
    expect(first.length).toBe(1);
    const sizes = [...names, ...first].map(async (name) => (await stat(join(BUILT_ASSETS, `${name}.gz`))).size);
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(total).toBeLessThan(200_000);
  });
});
