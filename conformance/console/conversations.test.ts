import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { needsChromium } from '../../test-support/chromium.ts';
import { expectAccessible, expectFits, type StartedConsole, startConsole } from './support.ts';

/** Runs, wherever somebody takes it for anything but text. */
const HOSTILE = `"><img src=x onerror="alert('ran')"><script>alert('ran')</script>javascript:alert('ran')`;

describe('conversations in the console', needsChromium, () => {
  let ui: StartedConsole;
  beforeAll(async () => {
    ui = await startConsole();
  });
  afterEach(() => ui.expectNoViolations());
  afterAll(() => ui?.stop());

  /** What was made has a SID. */
  async function make(path: string, form: Record<string, string>): Promise<string> {
    const { confab } = ui;
    const answer = await fetch(`${confab.url}/v1/Services/${confab.chatServiceSid}${path}`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${confab.apiKey}:${confab.apiSecret}`)}` },
      body: new URLSearchParams(form),
    });
    expect(answer.status).toBe(201);
    return String(Object(await answer.json()).sid);
  }

  const pageOf = (sid: string, query = '') => `/conversations/${ui.confab.chatServiceSid}/${sid}${query}`;

  it('are found by their names and by what was said in them', async () => {
    const kitchen = await make('/Conversations', { FriendlyName: 'Kitchen talk' });
    await make('/Conversations', { FriendlyName: 'Garden' });
    await make(`/Conversations/${kitchen}/Messages`, { Author: 'ada', Body: 'The oven is broken' });
    const page = await ui.open('/conversations');
    await page.getByRole('link', { name: 'Garden' }).waitFor();
    await page.getByLabel('Search', { exact: true }).fill('kitch');
    await page.getByRole('link', { name: 'Garden' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Kitchen talk' }).waitFor();
    await expectAccessible(page);
    await expectFits(page, 'conversations');
    await page.getByText('Messages', { exact: true }).first().click();
    await page.getByLabel('Search', { exact: true }).fill('broken ov');
    await page.getByRole('link', { name: 'The oven is broken' }).click();
    await page.getByRole('region', { name: 'The message of the link' }).getByText('The oven is broken').waitFor();
    expect(await page.title()).toBe('Kitchen talk · Confab');
  });

  it('let two identities talk side by side with the official SDK, and see it as it happens', async () => {
    const sid = await make('/Conversations', { FriendlyName: 'Talk' });
    const page = await ui.open(pageOf(sid, '?tab=talk'));
    const [ada, bob] = [await connect(page, 'First identity', 'ada'), await connect(page, 'Second identity', 'bob')];
    await ada.getByLabel('Say as ada').pressSequentially('Hello, Bob');
    await bob.getByText('ada is typing…').waitFor();
    await ada.getByRole('button', { name: 'Send' }).click();
    await bob.getByText('Hello, Bob').waitFor();
    await bob.getByLabel('Say as bob').fill('Hello, Ada');
    await bob.getByRole('button', { name: 'Send' }).click();
    await ada.getByText('Hello, Ada').waitFor();
    await expectAccessible(page);
    await expectFits(page, 'conversation-talk');
    await page.getByRole('tab', { name: 'Messages' }).click();
    await page.getByRole('article', { name: 'Message 1' }).getByText('Hello, Ada').waitFor();
    await make(`/Conversations/${sid}/Messages`, { Author: 'eve', Body: 'And I came later' });
    await page.getByText('And I came later').waitFor();
    await page.getByRole('tab', { name: 'Participants' }).click();
    await page.getByRole('cell', { name: 'ada' }).waitFor();
    await expectAccessible(page);
    await expectFits(page, 'conversation-participants');
  });

  it('are acted on, with a question before anything is lost', async () => {
    const sid = await make('/Conversations', { FriendlyName: 'Before' });
    await make(`/Conversations/${sid}/Messages`, { Author: 'ada', Body: 'to be edited' });
    const page = await ui.open(pageOf(sid));
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Text').fill('edited');
    await page.getByLabel('Attributes').fill('{');
    await page.getByText('This is not JSON').waitFor();
    await page.getByLabel('Attributes').fill('{"a":1}');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('article').getByText('edited', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Nobody has said anything yet').waitFor();
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByLabel('Friendly name').fill('After');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'After' }).waitFor();
    await expectAccessible(page);
    await expectFits(page, 'conversation-details');
    await page.getByRole('button', { name: 'Delete conversation' }).click();
    await page.getByLabel(`Type ${sid} to go on`).fill(sid);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The conversation is deleted.').waitFor();
    expect(page.url()).toContain('/console/conversations?service=');
  });

  it('run nothing of what people write, whatever they write', async () => {
    const sid = await make('/Conversations', {
      FriendlyName: HOSTILE,
      UniqueName: `hostile-${HOSTILE}`,
      Attributes: JSON.stringify({ [HOSTILE]: HOSTILE }),
    });
    await make(`/Conversations/${sid}/Participants`, {
      Identity: HOSTILE,
      Attributes: JSON.stringify({ a: HOSTILE }),
    });
    const media = await upload(
      ui,
      `${HOSTILE}.svg`,
      'image/svg+xml',
      `<svg xmlns="http://www.w3.org/2000/svg" onload="alert('ran')"/>`,
    );
    await make(`/Conversations/${sid}/Messages`, {
      Author: HOSTILE,
      Body: HOSTILE,
      Attributes: JSON.stringify({ a: HOSTILE }),
      MediaSid: media,
    });
    const list = await ui.open('/conversations');
    await list.getByRole('link', { name: HOSTILE, exact: true }).click();
    await list.getByRole('article', { name: 'Message 0' }).getByText(HOSTILE, { exact: true }).first().waitFor();
    await list
      .getByRole('article', { name: 'Message 0' })
      .getByRole('link', { name: /ran.*svg/ })
      .waitFor();
    for (const tab of ['Participants', 'Details', 'Webhooks', 'Messages']) {
      await list.getByRole('tab', { name: tab }).click();
      await list.getByRole('tabpanel').waitFor();
    }
    await list.getByRole('article', { name: 'Message 0' }).waitFor();
    await expectFits(list, 'conversation-hostile');
    expect(await list.evaluate('document.querySelectorAll("img[src=x], main script").length')).toBe(0);
    expect(await list.evaluate('[...document.links].filter(({ protocol }) => protocol === "javascript:").length')).toBe(
      0,
    );
  });
});

async function connect(page: Page, label: string, identity: string) {
  await page.getByRole('textbox', { name: label }).fill(identity);
  await page.getByRole('region', { name: label }).getByRole('button', { name: 'Connect' }).click();
  const side = page.getByRole('region', { name: `${label}: ${identity}` });
  await side.getByText('connected', { exact: true }).waitFor();
  await side.getByLabel(`Say as ${identity}`).click();
  return side;
}

async function upload({ confab }: StartedConsole, name: string, type: string, content: string): Promise<string> {
  const body = new FormData();
  body.append('file', new Blob([content], { type }), name);
  const answer = await fetch(`${confab.url}/v1/Services/${confab.chatServiceSid}/Media`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${confab.apiKey}:${confab.apiSecret}`)}` },
    body,
  });
  expect(answer.status).toBe(201);
  return String(Object(await answer.json()).sid);
}
