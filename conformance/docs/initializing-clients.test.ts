import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { manualClock } from '../../packages/confab/src/clock.ts';
import { type Confab, startConfab } from '../../packages/confab/src/index.ts';
import { launchChromium, needsChromium } from '../../test-support/chromium.ts';
import { restClient } from '../support/rest.ts';
import { samplesOf } from './samples.ts';

const SDKS = ['@twilio/conversations', '@twilio/conversations-2.7'].map(
  (name) => [name, createRequire(import.meta.url).resolve(`${name}/builds/twilio-conversations.min.js`)] as const,
);

describe.each(SDKS)('the page of the guide with %s', needsChromium, (_name, sdk) => {
  const clock = manualClock(Date.now());
  let confab: Confab;
  let app: Server;
  let browser: Browser;
  let tokens = 0;

  beforeAll(async () => {
    // Time leaps here: nobody is to be pinged.
    confab = await startConfab({ parts: { clock }, limitOverrides: { keepalivePingMs: 1_000_000_000 } });
    const sample = samplesOf('initializing-clients.md').get('page.html') ?? '';
    const page = sample.replace('wss://chat.example.com/v3/wsconnect', confab.socketUrl);
    app = createServer(async ({ method, url }, response) => {
      if (url === '/token' && method === 'POST') {
        tokens += 1;
        response.end(JSON.stringify({ token: await confab.token('ada') }));
      } else if (url === '/twilio-conversations.min.js') response.end(readFileSync(sdk));
      else response.setHeader('Content-Type', 'text/html').end(page);
    });
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    app?.closeAllConnections();
    app?.close();
    await confab?.stop();
  });

  it('connects, sends, receives, renews its token and signs out', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(app.address() as AddressInfo).port}`);
    const text = async (selector: string) => (await page.textContent(selector)) ?? '';
    const shows = (selector: string, wanted: string) =>
      vi.waitFor(async () => expect(await text(selector)).toContain(wanted), 10_000);
    const rest = restClient(confab);

    await shows('#state', 'connected');
    await page.fill('#text', 'Hello');
    await page.click('#send');
    await shows('#messages', 'ada: Hello');
    await rest('POST', 'Conversations/tea/Messages', { Author: 'system', Body: 'Welcome' });
    await shows('#messages', 'system: Welcome');

    expect(tokens).toBe(1);
    clock.advance(3_500_000);
    await vi.waitFor(() => expect(tokens).toBe(2), 10_000);
    await page.click('#leave');
    await shows('#state', 'disconnected');
    await page.close();
  });
});
