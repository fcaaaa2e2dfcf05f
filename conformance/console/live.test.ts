import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { needsChromium } from '../../test-support/chromium.ts';
import { restClient } from '../support/rest.ts';
import { type Client, type Conversation, connect, nextConnectionState, SDKS } from '../support/sdk.ts';
import { expectAccessible, expectFits, type StartedConsole, startConsole } from './support.ts';

const [sdk] = SDKS;

/** Runs where anything that was written down is taken for markup. */
const HOSTILE = `<img src=x onerror=alert(1)>"'&`;

/** What the program at the end of a webhook answers. */
const ANSWER = '<script>alert(1)</script> thank you';

describe('what happens now, in the console', needsChromium, () => {
  let ui: StartedConsole;
  let hook: Server;
  let client: Client;
  let conversation: Conversation;
  let hooked = 0;

  beforeAll(async () => {
    hook = createServer((request, response) => {
      request.resume();
      hooked += 1;
      response.end(ANSWER);
    }).listen(0, '127.0.0.1');
    [ui] = await Promise.all([startConsole(), once(hook, 'listening')]);
    const { port } = hook.address() as AddressInfo;
    await restClient(ui.confab)('POST', 'Configuration/Webhooks', {
      PostWebhookUrl: `http://127.0.0.1:${port}/hook`,
      Filters: 'onMessageAdded',
    });
    client = await connect(sdk, ui.confab, HOSTILE);
    conversation = await client.createConversation({ friendlyName: HOSTILE });
    await conversation.join();
  });
  afterEach(() => ui.expectNoViolations());
  afterAll(async () => {
    await client?.shutdown();
    await ui?.stop();
    hook?.close();
  });

  it('shows a client that is connected, slows it, lets it go, and drops it; it comes back', async () => {
    const page = await ui.open('/connections');
    const link = page.getByRole('table').getByRole('link', { name: HOSTILE });
    await link.waitFor();
    await expectAccessible(page);
    await expectFits(page, 'connections');
    await link.click();
    await page.getByRole('heading', { name: `Connection of ${HOSTILE}` }).waitFor();
    await page.getByText('JS/').waitFor();

    await page.getByRole('button', { name: 'Slow down' }).click();
    await page.getByLabel('Delay in ms').fill('1');
    await page.getByRole('dialog').getByRole('button', { name: 'Slow down' }).click();
    await page.getByText('1 ms each way').waitFor();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Clear' }).click();
    await page.getByText('0 ms each way').waitFor();

    const back = nextConnectionState(client, 'connected');
    await page.getByRole('button', { name: 'Drop', exact: true }).click();
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Drop' }).click();
    await page.getByText('Gone', { exact: true }).waitFor();
    await back;
    await page.getByRole('link', { name: `All connections of ${HOSTILE}` }).click();
    await link.waitFor();
  });

  it('listens in on a connection when asked to, and stops at what is filtered out', async () => {
    const page = await ui.open('/connections');
    await page.getByRole('table').getByRole('link', { name: HOSTILE }).click();
    await page.getByRole('button', { name: 'Listen in' }).click();
    await page.getByText('Listening on node').waitFor();
    await conversation.sendMessage(`over the line ${HOSTILE}`);
    const told = page.getByRole('button', { name: 'notification twilio.sync.event' });
    await told.first().waitFor();
    await expectAccessible(page);
    await expectFits(page, 'connection');
    await page.getByLabel('Filter').fill('over the line');
    await told.first().click();
    await page.getByLabel('The packet').getByText(`over the line <img`).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByLabel('Filter').fill('nothing like this');
    await page.getByText('Nothing yet').waitFor();
  });

  it('shows an event as it happens, keeps still when asked to, and goes on', async () => {
    const page = await ui.open('/events?type=message.added');
    await page.getByText('Live', { exact: true }).waitFor();
    await conversation.sendMessage(`first ${HOSTILE}`);
    await page.getByRole('cell', { name: `first ${HOSTILE}` }).waitFor();
    await expectAccessible(page);
    await expectFits(page, 'events');
    await page.getByRole('button', { name: 'Pause' }).click();
    await conversation.sendMessage('second');
    await page.getByText('1 more').waitFor();
    expect(await page.getByRole('cell', { name: 'second' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('cell', { name: 'second' }).waitFor();
    await page.getByRole('button', { name: 'message.added' }).first().click();
    await page.getByLabel('The event').getByText('"body": "second"').waitFor();
  });

  it('traces a message from the request to socket and webhook', async () => {
    const page = await ui.open(`/events?type=message.added&conversation=${conversation.sid}`);
    await page.getByText('Live', { exact: true }).waitFor();
    await conversation.sendMessage('traced');
    await page.getByRole('button', { name: 'message.added' }).first().click();
    await page.getByRole('link', { name: 'Trace this message' }).click();
    const steps = page.getByLabel('Steps');
    await steps.getByText('Webhook delivered').waitFor();
    await steps.getByText('Acknowledged', { exact: true }).waitFor();
    const titles = await steps.locator('.mantine-Timeline-itemTitle').allTextContents();
    expect(titles.slice(0, 4)).toEqual(['Request arrived', 'Committed', 'Handed out', 'Written to a socket']);
    expect(titles).toHaveLength(7);
    await expectAccessible(page);
    await expectFits(page, 'trace');
  });

  it('shows what a webhook answered, and sends it again', async () => {
    const page = await ui.open('/webhooks?state=delivered');
    await page.getByRole('link', { name: 'onMessageAdded' }).first().waitFor();
    await expectAccessible(page);
    await expectFits(page, 'webhooks');
    await page.getByRole('link', { name: 'onMessageAdded' }).first().click();
    await page.getByText(ANSWER).waitFor();
    await page.getByText('answered 200').waitFor();
    await expectAccessible(page);
    await expectFits(page, 'webhook');
    const before = hooked;
    await page.getByRole('button', { name: 'Redeliver' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Redeliver' }).click();
    await expect.poll(() => page.getByText('answered 200').count()).toBe(2);
    expect(hooked).toBe(before + 1);
  });

  it('plots what /metrics says', async () => {
    const page = await ui.open('/overview');
    const stored = page.getByText('Messages stored since then').locator('xpath=following-sibling::dd');
    await conversation.sendMessage('counted');
    const metrics = await (await fetch(`${ui.confab.url}/metrics`)).text();
    const [, count = ''] = /^confab_messages_total (\d+)$/m.exec(metrics) ?? [];
    await expect.poll(() => stored.textContent()).toBe(count);
    await page.locator('canvas').first().waitFor();
    await expectAccessible(page);
    await expectFits(page, 'overview');
  });
});
