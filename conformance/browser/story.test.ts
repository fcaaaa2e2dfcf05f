import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Confab, startConfab } from '../../packages/confab/src/index.ts';
import { launchChromium, needsChromium } from '../../test-support/chromium.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { restClient } from '../support/rest.ts';
import { SDKS } from '../support/sdk.ts';
import { openTab, serveApp, type Tab } from './pages.ts';

/** Where screenshots are put, for people who want to see the pages. */
const screenshots = process.env.CONFAB_SCREENSHOTS;

const [sdk] = SDKS;

describe(`two people in a browser with ${sdk.name}`, needsChromium, () => {
  let confab: Confab;
  let browser: Browser;
  let app: Awaited<ReturnType<typeof serveApp>>;
  let cable: Relay;
  let context: BrowserContext;
  let alice: Tab;
  /** One person's three tabs. */
  let bob: readonly [Tab, Tab, Tab];

  beforeAll(async () => {
    [confab, app, browser] = await Promise.all([startConfab(), serveApp(sdk), launchChromium()]);
    cable = await startRelay(confab.socketUrl);
    await letMembersReact(confab);
    const [alices, bobs] = await Promise.all([browser.newContext(), browser.newContext()]);
    context = alices;
    const person = async (identity: string, socketUrl: string) => ({
      identity,
      token: await confab.token(identity),
      socketUrl,
    });
    alice = await openTab(alices, app.url, await person('alice', cable.socketUrl));
    const tab = async () => openTab(bobs, app.url, await person('bob', confab.socketUrl));
    bob = [await tab(), await tab(), await tab()];
  });
  afterAll(async () => {
    await browser?.close();
    app?.stop();
    await cable?.close();
    await confab?.stop();
  });

  const all = (): Tab[] => [alice, ...bob];
  const send = async ({ page }: Tab, text: string) => {
    await page.fill('#text', text);
    await page.click('form button');
  };

  test('a conversation opens in every tab', async () => {
    await alice.page.evaluate(`begin('Tea at four', 'bob')`);
    for (const tab of all()) await tab.shows('#title', 'Tea at four');
  });

  test('messages come to every tab, in one order', async () => {
    await send(alice, 'Who is coming?');
    for (const tab of all()) await tab.hasMessages('alice: Who is coming?');
    await send(bob[1], 'Me, three times 🌱');
    for (const tab of all()) await tab.hasMessages('alice: Who is coming?', 'bob: Me, three times 🌱');
  });

  test('who types is seen by the other, and not by their own tabs', async () => {
    await bob[0].page.locator('#text').pressSequentially('I am b');
    await alice.shows('#typing', 'bob is typing…');
    for (const tab of bob) await tab.shows('#typing', '');
    await send(bob[0], 'I am bringing cake');
    await alice.shows('#typing', '');
    for (const tab of all()) await tab.shows('#m2 span', 'I am bringing cake');
  });

  test('reactions in the attributes of messages add up', async () => {
    await alice.page.click('#m2 button');
    for (const tab of all()) await tab.shows('#m2 button', '👍 alice');
    await bob[2].page.click('#m2 button');
    for (const tab of all()) await tab.shows('#m2 button', '👍 alice, bob');
  });

  test('a network that was cut: everything is there again, once and in order', async () => {
    await context.setOffline(true);
    cable.cut();
    await alice.shows('#state', 'connecting');
    await send(bob[0], 'Are you there?');
    await send(bob[1], 'Alice?');
    await bob[2].shows('#m4 span', 'Alice?');
    await bob[0].page.click('#m0 button');
    await bob[0].shows('#m0 button', '👍 bob');
    cable.mend();
    await context.setOffline(false);
    await alice.shows('#state', 'connected');
    const messages = [
      'alice: Who is coming?',
      'bob: Me, three times 🌱',
      'bob: I am bringing cake',
      'bob: Are you there?',
      'bob: Alice?',
    ];
    await alice.hasMessages(...messages);
    await alice.shows('#m0 button', '👍 bob');
    await send(alice, 'Back again');
    for (const tab of all()) await tab.hasMessages(...messages, 'alice: Back again');
  });

  test('a picture from a form is seen in every tab', async () => {
    const buffer = await paintPicture(alice);
    await alice.page.setInputFiles('#file', { name: 'täglich.png', mimeType: 'image/png', buffer });
    await send(alice, 'The table is set');
    for (const tab of all()) {
      await tab.shows('#m6 span', 'The table is set');
      // The browser has loaded it from its temporary link and could read it.
      await tab.page.waitForFunction(`document.querySelector('#m6 img')?.naturalWidth === ${PICTURE_WIDTH}`);
      expect(await tab.page.getAttribute('#m6 img', 'alt')).toBe('täglich.png');
    }
  });

  test('a tab that is closed leaves the others as they are', async () => {
    await bob[1].page.close();
    await send(bob[0], 'Two are left');
    for (const tab of [alice, bob[0], bob[2]]) await tab.shows('#m7 span', 'Two are left');
    if (screenshots !== undefined) {
      const path = (name: string) => join(screenshots, `${name}-${sdk.version}.png`);
      await alice.page.screenshot({ path: path('alice') });
      await bob[0].page.screenshot({ path: path('bob') });
    }
    expect(all().flatMap(({ errors }) => errors)).toEqual([]);
  });
});

const PICTURE_WIDTH = 160;

async function paintPicture({ page }: Tab): Promise<Buffer> {
  const url = await page.evaluate<string>(`(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: ${PICTURE_WIDTH}, height: 60 });
    const brush = canvas.getContext('2d');
    brush.fillStyle = 'teal';
    brush.fillRect(20, 10, 120, 40);
    return canvas.toDataURL('image/png');
  })()`);
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

/** Reactions to what others wrote are changes of others' messages: an app that wants them gives its members the right. */
async function letMembersReact(confab: Confab): Promise<void> {
  const rest = restClient(confab);
  const body = new URLSearchParams({ FriendlyName: 'member who reacts', Type: 'conversation' });
  for (const permission of ['sendMessage', 'sendMediaMessage', 'editOwnMessage', 'editAnyMessageAttributes']) {
    body.append('Permission', permission);
  }
  const { sid } = await rest('POST', 'Roles', body);
  await rest('POST', `Services/${confab.chatServiceSid}/Configuration`, { DefaultConversationRoleSid: sid });
}
