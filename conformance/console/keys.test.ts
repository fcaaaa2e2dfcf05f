import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectWith } from '../support/sdk.ts';
import { expectAccessible, expectFits, inBrowser, type StartedConsole, startConsole } from './support.ts';

/** Would show a dialog, were any of it taken for markup. */
const HOSTILE = `<img src=x onerror=alert(1)>"'><script>alert(2)</script>`;

describe('keys and tokens in the console', inBrowser, () => {
  let ui: StartedConsole;
  beforeAll(async () => {
    ui = await startConsole();
  });
  afterEach(() => ui.expectNoViolations());
  afterAll(() => ui?.stop());

  it('makes a key, makes a token with it, and rotates the key: the token is refused', async () => {
    const page = await ui.open('/keys');
    await createKey(page, 'backend');
    await page.getByRole('row', { name: /backend/ }).waitFor();

    await page.goto(`${ui.confab.url}/console/tokens`);
    await page.getByLabel('Identity').fill('ada');
    await page.getByRole('combobox', { name: 'Signed with' }).click();
    await page.getByRole('option', { name: 'backend' }).click();
    await page.getByRole('button', { name: 'Make token' }).click();
    const token = await page.getByRole('status').locator('code').textContent();
    if (token === null) throw new Error('There is no token.');
    await expectAccessible(page);
    await expectFits(page, 'token-made');
    const client = await connectWith(token, ui.confab.socketUrl);
    expect(client.user.identity).toBe('ada');
    // The connection ends first, and what the SDK then dials is refused.
    const refused = new Promise<void>((resolve) => {
      client.on('connectionError', (told) => {
        if ('errorCode' in told && told.errorCode === 20107) resolve();
      });
    });

    await page.goto(`${ui.confab.url}/console/keys`);
    await actOn(page, 'backend', 'Rotate secret');
    await page.getByText('One client is connected with its tokens now.').waitFor();
    await page.getByRole('combobox', { name: 'Keep the old secret' }).click();
    await page.getByRole('option', { name: /Not at all/ }).click();
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    await page.getByText('The secret is shown this once').waitFor();
    await expectAccessible(page);

    await refused;
    await expect(connectWith(token, ui.confab.socketUrl)).rejects.toThrow('did not start');
    await client.shutdown().catch(() => {});
    await page.context().close();
  });

  it('shows names as they are, changes and revokes', async () => {
    const page = await ui.open('/keys');
    await createKey(page, 'to be renamed');
    await actOn(page, 'to be renamed', 'Edit');
    await page.getByRole('textbox', { name: 'Name' }).fill(HOSTILE);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: HOSTILE, exact: true }).waitFor();
    await expectAccessible(page);
    await expectFits(page, 'keys');
    await actOn(page, HOSTILE, 'Revoke');
    await page.getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByRole('cell', { name: HOSTILE, exact: true }).waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('makes a Restricted key of permissions that the API describes', async () => {
    const page = await ui.open('/keys');
    await page.getByRole('button', { name: 'Create API key' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('reader');
    await page.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: /^Restricted/ }).click();
    await page.getByRole('combobox', { name: 'Permissions' }).fill('conversations.messages/li');
    await page.getByRole('option', { name: '/confab/conversations.messages/list' }).click();
    await expectFits(page, 'key-restricted');
    // Away from the list of permissions, which covers the button.
    await page.getByRole('textbox', { name: 'Name' }).click();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText('The secret is shown this once').waitFor();
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page
      .getByRole('row', { name: /reader/ })
      .getByText('restricted')
      .waitFor();
    await page.context().close();
  });

  it('inspects a token in the page, and sends it nowhere', async () => {
    const page = await ui.open('/tokens?tab=inspect');
    await page.getByRole('textbox', { name: 'Token' }).waitFor();
    const token = await ui.confab.token('ada');
    const sent: string[] = [];
    page.on('request', (request) =>
      sent.push(`${request.url()} ${request.postData()} ${JSON.stringify(request.headers())}`),
    );

    await page.getByRole('textbox', { name: 'Token' }).fill(token);
    await page.getByText('Nothing is wrong with what it says').waitFor();
    await page.getByText(/^59 min \d+ s$/).waitFor();
    await page.getByLabel('Secret of the API key').fill(`${ui.confab.apiSecret} `);
    await page.getByText('white space around it').waitFor();
    await expectAccessible(page);
    await expectFits(page, 'token-refused');
    await page.getByLabel('Secret of the API key').fill(ui.confab.apiSecret);
    await page.getByText('The token is good').waitFor();
    await page.getByRole('textbox', { name: 'Token' }).fill(`"${token}"`);
    await page.getByText('quotation marks around it').waitFor();
    expect(sent.filter((text) => text.includes(token.slice(-20)) || text.includes(ui.confab.apiSecret))).toEqual([]);
    expect(page.url()).not.toContain('eyJ');
    await page.context().close();
  });
});

async function createKey(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Create API key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText('The secret is shown this once').waitFor();
  await page.getByRole('button', { name: 'I have stored it' }).click();
}

async function actOn(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}
