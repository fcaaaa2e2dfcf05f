import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { expectAccessible, expectFits, inBrowser, type StartedConsole, startConsole } from './support.ts';

describe('the account in the console', inBrowser, () => {
  let ui: StartedConsole;
  beforeAll(async () => {
    ui = await startConsole();
  });
  afterEach(() => ui.expectNoViolations());
  afterAll(() => ui?.stop());

  it('changes the auth token with an overlap, and suspends a subaccount', async () => {
    const page = await ui.open('/account');
    await page.getByRole('button', { name: 'Create a second auth token' }).click();
    await page.getByText('The secret is shown this once').waitFor();
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('button', { name: 'Take the second back' }).click();
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('The second auth token is refused from now on.').waitFor();

    await page.getByRole('button', { name: 'Create subaccount' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Customer');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('button', { name: 'Actions for Customer' }).click();
    await page.getByRole('menuitem', { name: 'Suspend' }).click();
    await page.getByRole('button', { name: 'Suspend', exact: true }).click();
    await page
      .getByRole('row', { name: /Customer/ })
      .getByText('suspended')
      .waitFor();
    await expectAccessible(page);
    await expectFits(page, 'account');

    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByRole('cell', { name: 'account.updated' }).first().waitFor();
    await expectAccessible(page);
    await expectFits(page, 'audit');
    await page.context().close();
  });
});
