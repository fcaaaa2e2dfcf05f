import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createTokenHandler, type MintRecord, sessionCookie, toExpressHandler } from '@confab/access-token/handler';
import express from 'express';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { manualClock } from '../packages/confab/src/clock.ts';
import { type Confab, startConfab } from '../packages/confab/src/index.ts';
import { launchChromium, needsChromium } from '../test-support/chromium.ts';

const SDK = createRequire(import.meta.url).resolve('@twilio/conversations/builds/twilio-conversations.min.js');

/** What the page of the app does: sign in, fetch a token, connect, fetch the next token when the SDK says so. */
const PAGE = `<!doctype html><script src="/sdk.js"></script><script>
  const told = { messages: [], states: [], renewals: 0, expired: 0 };
  const signIn = (identity) => fetch('/login?as=' + identity, { method: 'POST' });
  async function fetchToken(url = '/token') {
    const answer = await fetch(url, { method: 'POST', credentials: 'include' });
    if (!answer.ok) throw new Error('status ' + answer.status);
    return (await answer.json()).token;
  }
  async function connect(uri) {
    const client = new Twilio.Conversations.Client(await fetchToken(), { Twilsock: { uri } });
    client.on('messageAdded', ({ author, body }) => told.messages.push(author + ': ' + body));
    client.on('connectionStateChanged', (state) => told.states.push(state));
    client.on('tokenExpired', () => told.expired++);
    client.on('tokenAboutToExpire', async () => {
      await client.updateToken(await fetchToken());
      told.renewals++;
    });
    await new Promise((resolve, reject) => {
      client.on('initialized', resolve);
      client.on('initFailed', ({ error }) => reject(new Error(JSON.stringify(error))));
    });
    window.client = client;
  }
  async function begin() {
    const conversation = await client.createConversation({ friendlyName: 'Tea' });
    await conversation.join();
    // From here on messages are told of; those before are its history.
    await conversation.getMessages();
    await conversation.sendMessage('Hello');
    return conversation.sid;
  }
</script>`;

describe('a login in a browser', needsChromium, () => {
  const clock = manualClock(Date.now());
  const minted: MintRecord[] = [];
  let confab: Confab;
  let browser: Browser;
  let app: string;
  let stopApp: () => void;

  beforeAll(async () => {
    // Time leaps here: nobody is to be pinged.
    confab = await startConfab({ parts: { clock }, limitOverrides: { keepalivePingMs: 1_000_000_000 } });
    const served = express();
    const server = createServer(served).listen(0);
    await once(server, 'listening');
    stopApp = () => {
      server.closeAllConnections();
      server.close();
    };
    const { port } = server.address() as AddressInfo;
    app = `http://localhost:${port}`;

    const now = (): number => clock.now();
    const session = sessionCookie({ secrets: ['session-secret-0123456789abcdefghij'], now });
    const { accountSid, apiKey, apiSecret, chatServiceSid: serviceSid } = confab;
    const handler = createTokenHandler({
      credentials: { accountSid, apiKey, apiSecret },
      authenticate: session,
      grants: { chat: { serviceSid } },
      ttl: 600,
      allowedOrigins: [app],
      onMint: (record) => minted.push(record),
      now,
    });
    served.get('/', (_request, response) => void response.type('html').send(PAGE));
    served.get('/sdk.js', (_request, response) => response.sendFile(SDK));
    served.all('/token', toExpressHandler(handler));
    served.post('/login', async ({ query }, response) => {
      response.set('Set-Cookie', await session.begin({ identity: String(query.as) })).sendStatus(204);
    });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    stopApp?.();
    await confab?.stop();
  });

  async function signedIn(identity: string): Promise<Page> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(app);
    await page.evaluate(`signIn(${JSON.stringify(identity)})`);
    return page;
  }

  /** Calls REST with the account's credentials. */
  async function rest(method: string, path: string, form: Record<string, string> = {}): Promise<number> {
    const authorization = `Basic ${btoa(`${confab.accountSid}:${confab.authToken}`)}`;
    const body = method === 'POST' ? new URLSearchParams(form) : null;
    return (await fetch(`${confab.url}${path}`, { method, headers: { authorization }, body })).status;
  }

  it('gets a token by cookie, chats, renews it, loses no message, and ends with its key', async () => {
    const page = await signedIn('ada');
    await page.evaluate(`connect(${JSON.stringify(confab.socketUrl)})`);
    const sid = await page.evaluate('begin()');
    const told = () => page.evaluate('told') as Promise<Record<string, unknown>>;
    const send = async (body: string) =>
      expect(await rest('POST', `/v1/Conversations/${sid}/Messages`, { Author: 'system', Body: body })).toBe(201);
    const toldOf = (expected: object) => vi.waitFor(async () => expect(await told()).toMatchObject(expected), 10_000);

    await send('before');
    await toldOf({ messages: ['ada: Hello', 'system: before'], renewals: 0 });
    expect(minted).toHaveLength(1);

    // Three minutes before the token ends, the SDK is told, and the page fetches the next one.
    clock.advance(420_000);
    await send('meanwhile');
    await toldOf({ renewals: 1 });
    expect(minted).toHaveLength(2);
    // The first token would have ended here.
    clock.advance(200_000);
    await send('after');
    await toldOf({ messages: ['ada: Hello', 'system: before', 'system: meanwhile', 'system: after'], expired: 0 });
    expect(await told()).not.toMatchObject({ states: expect.arrayContaining(['disconnected']) });

    expect(await rest('DELETE', `/2010-04-01/Accounts/${confab.accountSid}/Keys/${confab.apiKey}.json`)).toBe(204);
    await toldOf({ states: expect.arrayContaining(['denied']) });
  });

  it('is of no use to a page of another origin, not even to one of the same host', async () => {
    const page = await signedIn('grace');
    minted.length = 0;
    expect(await page.evaluate('fetchToken()')).toMatch(/^eyJ/);
    expect(minted).toHaveLength(1);

    const elsewhere = createServer((_request, response) => response.setHeader('Content-Type', 'text/html').end(PAGE));
    elsewhere.listen(0);
    await once(elsewhere, 'listening');
    const { port } = elsewhere.address() as AddressInfo;
    try {
      // Cookies know no ports: this page of another program on the same host has grace's cookie sent along.
      for (const origin of [`http://localhost:${port}`, `http://127.0.0.1:${port}`]) {
        await page.goto(origin);
        const attempt = `fetchToken(${JSON.stringify(`${app}/token`)}).then(String, ({ message }) => 'no: ' + message)`;
        expect(await page.evaluate(attempt)).toBe('no: Failed to fetch');
        const blind = `fetch(${JSON.stringify(`${app}/token`)}, { method: 'POST', mode: 'no-cors', credentials: 'include' })`;
        await page.evaluate(`${blind}.then(() => null)`);
      }
    } finally {
      elsewhere.closeAllConnections();
      elsewhere.close();
    }
    expect(minted).toHaveLength(1);
  });

  it('leaves no cookie that a script can read', async () => {
    const page = await signedIn('ada');
    expect(await page.evaluate('document.cookie')).toBe('');
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: '__Host-session', httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
  });
});
