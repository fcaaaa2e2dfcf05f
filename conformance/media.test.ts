import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Confab, startConfab } from '../packages/confab/src/index.ts';
import { launchChromium, needsChromium } from '../test-support/chromium.ts';
import { type Client, connect, type Message, mintToken, SDKS } from './support/sdk.ts';

const SDK = createRequire(import.meta.url).resolve('@twilio/conversations/builds/twilio-conversations.min.js');

let confab: Confab;

beforeAll(async () => {
  confab = await startConfab();
});
afterAll(() => confab?.stop());

function nextMessage(client: Client): Promise<Message> {
  return new Promise((resolve) => client.once('messageAdded', resolve));
}

async function download(url: string | null | undefined): Promise<string> {
  return (await fetch(url ?? '')).text();
}

it('carries files from one SDK client to another, and their links end with the right to them', async () => {
  const [ann, bob] = await Promise.all([connect(SDKS[0], confab, 'ann'), connect(SDKS[0], confab, 'bob')]);
  try {
    const conversation = await ann.createConversation();
    await conversation.join();
    const joined = new Promise((resolve) => bob.once('conversationJoined', resolve));
    await conversation.add('bob');
    await joined;
    await (await bob.getConversationBySid(conversation.sid)).getMessages();
    const came = nextMessage(bob);
    const unsent = conversation
      .prepareMessage()
      .setBody('two files')
      .addMedia({ contentType: 'text/plain', filename: 'a.txt', media: Buffer.from('the first') })
      .addMedia({ contentType: 'text/plain', filename: 'b.txt', media: Buffer.from('the second') })
      .setEmailBody('text/plain', { contentType: 'text/plain', filename: 'body.txt', media: Buffer.from('an e-mail') })
      .build();
    await unsent.send();
    const message = await came;
    expect(message).toMatchObject({ type: 'media', body: 'two files' });
    const files = message.attachedMedia ?? [];
    expect(files.map(({ filename, contentType, size, category }) => [filename, contentType, size, category])).toEqual([
      ['a.txt', 'text/plain', 9, 'media'],
      ['b.txt', 'text/plain', 10, 'media'],
    ]);
    const url = await files[0]?.getContentTemporaryUrl();
    expect(await download(url)).toBe('the first');
    expect(await download(await message.getEmailBody('text/plain')?.getContentTemporaryUrl())).toBe('an e-mail');
    const all = await message.getTemporaryContentUrlsForAttachedMedia();
    expect(await Promise.all([...all.values()].map(download))).toEqual(['the first', 'the second']);
    const sids = await bob.getTemporaryContentUrlsForMediaSids(files.map(({ sid }) => sid));
    expect([...sids.keys()]).toEqual(files.map(({ sid }) => sid));
    await conversation.removeParticipant('bob');
    expect((await fetch(url ?? '')).status).toBe(404);
    await expect(files[0]?.getContentTemporaryUrl()).rejects.toMatchObject({ code: 404 });
  } finally {
    await Promise.all([ann.shutdown(), bob.shutdown()]);
  }
});

describe('in a browser', needsChromium, () => {
  let browser: Browser;
  let app: string;
  let stopApp: () => void;

  beforeAll(async () => {
    const served = express();
    served.get(
      '/',
      (_request, response) => void response.type('html').send('<!doctype html><script src="/sdk.js"></script>'),
    );
    served.get('/sdk.js', (_request, response) => response.sendFile(SDK));
    const server = createServer(served).listen(0);
    await once(server, 'listening');
    stopApp = () => {
      server.closeAllConnections();
      server.close();
    };
    const address = server.address() as AddressInfo;
    app = `http://localhost:${address.port}`;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    stopApp?.();
  });

  it('sends a form with its progress, shows an image, and runs nothing that a file holds', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(app);
    const token = mintToken(confab, 'cleo');
    const seen = await page.evaluate(`(async () => {
      const client = new Twilio.Conversations.Client(${JSON.stringify(token)}, { Twilsock: { uri: ${JSON.stringify(confab.socketUrl)} } });
      await new Promise((resolve) => client.on('initialized', resolve));
      const conversation = await client.createConversation();
      await conversation.join();
      await conversation.getMessages();
      const canvas = Object.assign(document.createElement('canvas'), { width: 30, height: 20 });
      canvas.getContext('2d').fillRect(0, 0, 30, 20);
      const png = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
      const svg = new Blob(['<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "ran"; opener.ran = true</script></svg>'], { type: 'image/svg+xml' });
      const progress = [];
      const send = async (blob, name) => {
        const form = new FormData();
        form.append('file', blob, name);
        const came = new Promise((resolve) => client.once('messageAdded', resolve));
        await conversation.prepareMessage().addMedia(form).build().send({ onProgress: (done) => progress.push(done) });
        return (await came).attachedMedia[0];
      };
      const [image, drawing] = [await send(png, 'dot.png'), await send(svg, 'x.svg')];
      const url = await image.getContentTemporaryUrl();
      const shown = await new Promise((resolve, reject) => Object.assign(new Image(), { onload() { resolve([this.width, this.height]); }, onerror: reject, src: url }));
      const bytes = (await (await fetch(url)).arrayBuffer()).byteLength;
      return { shown, bytes, size: image.size, type: drawing.contentType, name: drawing.filename, svg: await drawing.getContentTemporaryUrl() };
    })()`);
    expect(seen).toMatchObject({ shown: [30, 20], type: 'image/svg+xml', name: 'x.svg' });
    const { bytes, size, svg } = seen as { bytes: number; size: number; svg: string };
    expect(bytes).toBe(size);
    // Opened as a page of its own, it is a download, and no script of it runs.
    const [fetched] = await Promise.all([
      page.waitForEvent('download'),
      page.evaluate(
        `{ const link = document.createElement('a'); link.href = ${JSON.stringify(svg)}; document.body.append(link); link.click(); }`,
      ),
    ]);
    expect(fetched.suggestedFilename()).toBe('x.svg');
    expect(await page.evaluate('[document.title, window.ran ?? null]')).toEqual(['', null]);
  });
});
