import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { restClient } from '../support/rest.ts';
import { expectAccessible, expectFits, inBrowser, type StartedConsole, startConsole } from './support.ts';

/** Would show a dialog, were any of it taken for markup. */
const HOSTILE = `<img src=x onerror=alert(1)>"'><script>alert(2)</script>`;

describe('chat services in the console', inBrowser, () => {
  let ui: StartedConsole;
  let rest: ReturnType<typeof restClient>;
  let service: string;
  beforeAll(async () => {
    ui = await startConsole();
    rest = restClient(ui.confab);
    service = `Services/${ui.confab.chatServiceSid}`;
  });
  afterEach(() => ui.expectNoViolations());
  afterAll(() => ui?.stop());

  it('makes a service, makes it the default, and deletes another once its SID is typed', async () => {
    const page = await ui.open('/services');
    await page.getByRole('button', { name: 'Create chat service' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill(HOSTILE);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('link', { name: HOSTILE }).waitFor();
    await page.getByRole('button', { name: `Actions for ${HOSTILE}` }).click();
    await page.getByRole('menuitem', { name: 'Make it the default' }).click();
    const row = page.getByRole('row', { name: HOSTILE });
    await row.getByText('Default').waitFor();
    await expectAccessible(page);
    await expectFits(page, 'services');
    const { default_chat_service_sid } = await rest<{ default_chat_service_sid: string }>('GET', 'Configuration');
    expect(await row.getByText(default_chat_service_sid).isVisible()).toBe(true);
    await rest('POST', 'Configuration', { DefaultChatServiceSid: ui.confab.chatServiceSid });

    await page.reload();
    await page.getByRole('button', { name: `Actions for ${HOSTILE}` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const remove = page.getByRole('button', { name: 'Delete', exact: true });
    expect(await remove.isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: /^Type IS/ }).fill(default_chat_service_sid);
    await remove.click();
    await row.waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('changes what a role allows', async () => {
    const page = await ui.open(`/services/${ui.confab.chatServiceSid}?tab=roles`);
    const box = page.getByRole('checkbox', { name: 'channel user: Delete conversation' });
    await box.check();
    await expectAccessible(page);
    await expectFits(page, 'service-roles');
    await page.getByRole('button', { name: 'Save conversation roles' }).click();
    await page.getByText('The permissions are saved').waitFor();
    const { roles } = await rest<{ roles: { friendly_name: string; permissions: string[] }[] }>(
      'GET',
      `${service}/Roles`,
    );
    expect(roles.find(({ friendly_name }) => friendly_name === 'channel user')?.permissions).toContain(
      'deleteConversation',
    );
    await page.context().close();
  });

  it('makes, changes and deletes a user whose names are hostile', async () => {
    const page = await ui.open(`/services/${ui.confab.chatServiceSid}`);
    await page.getByText('Nobody is here yet').waitFor();
    await page.getByRole('button', { name: 'Create user' }).click();
    await page.getByRole('textbox', { name: 'Identity' }).fill(HOSTILE);
    await page.getByRole('textbox', { name: 'Name' }).fill(HOSTILE);
    await page.getByRole('textbox', { name: 'Attributes' }).fill('{"a":');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText('This is not JSON.').waitFor();
    await page.getByRole('textbox', { name: 'Attributes' }).fill(JSON.stringify({ note: HOSTILE }));
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('cell', { name: HOSTILE, exact: true }).first().waitFor();
    await expectAccessible(page);
    await expectFits(page, 'service-users');
    await page.getByRole('button', { name: `Actions for ${HOSTILE}` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('Nobody is here yet').waitFor();
    await page.context().close();
  });

  it.each<[string, 'switch' | 'checkbox', RegExp, string, string, object]>([
    ['defaults', 'switch', /^Reachability/, 'The defaults are saved.', 'Configuration', { reachability_enabled: true }],
    [
      'notifications',
      'switch',
      /^Log what is sent/,
      'The notifications are saved.',
      'Configuration/Notifications',
      { log_enabled: true },
    ],
    [
      'webhooks',
      'checkbox',
      /^onMessageAdded$/,
      'The webhooks are saved.',
      'Configuration/Webhooks',
      { filters: ['onMessageAdded'] },
    ],
  ])('saves the %s', async (tab, role, label, saved, path, expected) => {
    const page = await ui.open(`/services/${ui.confab.chatServiceSid}?tab=${tab}`);
    await page.getByRole(role, { name: label }).check();
    await expectAccessible(page);
    await expectFits(page, `service-${tab}`);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(saved).waitFor();
    expect(await rest('GET', `${service}/${path}`)).toMatchObject(expected);
    await page.context().close();
  });

  it('shows what the API has against a value beside it', async () => {
    const page = await ui.open(`/services/${ui.confab.chatServiceSid}?tab=webhooks`);
    const url = page.getByRole('textbox', { name: 'URL told after a change' });
    await url.fill('javascript:alert(1)');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/PostWebhookUrl must be a URL/).waitFor();
    await page.context().close();

    const retention = await ui.open(`/services/${ui.confab.chatServiceSid}?tab=retention`);
    await retention.getByRole('textbox', { name: 'Keep messages for' }).fill('30');
    await expectAccessible(retention);
    await expectFits(retention, 'service-retention');
    await retention.getByRole('button', { name: 'Save' }).click();
    await retention.getByText('The retention is saved.').waitFor();
    const own = restClient(ui.confab, '/confab/v1');
    expect(await own('GET', `${service}/Retention`)).toMatchObject({ messages_days: 30 });
    await retention.context().close();
  });
});
