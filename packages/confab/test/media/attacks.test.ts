import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import { start } from './server.ts';
import { filesIn } from './support.ts';

/** A raw connection: what was answered on it, and when it closed. */
function dial(url: string, request: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let answer = '';
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(answer)));
  socket.write(request);
  return {
    socket,
    closed,
    answered(pattern: RegExp) {
      socket.on('data', (data) => {
        answer += data;
      });
      return expect.poll(() => answer).toMatch(pattern);
    },
  };
}

function get(url: string): string {
  const { pathname, search } = new URL(url);
  return `GET ${pathname}${search} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
}

/** More than the sockets of both ends take in. */
const LARGE = Buffer.alloc(48 * 1024 * 1024, 'x');

/** What one byte of the file is answered with. */
async function probe(link: string): Promise<number> {
  const response = await fetch(link, { headers: { range: 'bytes=0-0' } });
  await response.arrayBuffer();
  return response.status;
}

it('cuts off who does not read what they asked for', async () => {
  const clock = manualClock(Date.now());
  const { confab, upload, account } = await start({ parts: { clock }, limitOverrides: { mediaDownloadsAtOnce: 1 } });
  const { record } = await upload(account, LARGE);
  const link = record.links.content_direct_temporary;
  const stalled = dial(confab.url, get(link));
  await expect.poll(() => probe(link)).toBe(503);
  clock.advance(120_000);
  clock.advance(120_000);
  await expect.poll(() => probe(link)).toBe(206);
  stalled.socket.resume();
  await stalled.closed;
});

it('answers a refusal as a refusal, with nothing of the file', async () => {
  const { upload, account, dataDir } = await start({ limitOverrides: { mediaDownloadsAtOnce: 1 } });
  const { record } = await upload(account, LARGE, { type: 'text/plain', query: '?Filename=secret.txt' });
  const link = record.links.content_direct_temporary;
  const taken = await fetch(link);
  const answers = [await fetch(link, { headers: { range: 'bytes=1-2' } })];
  await taken.body?.cancel();
  const { rmSync } = await import('node:fs');
  rmSync(`${dataDir}/media/${record.sid.slice(2, 4)}/${record.sid}`);
  await expect.poll(async () => (await fetch(link)).status).toBe(404);
  answers.push(await fetch(link), await fetch(link, { headers: { range: `bytes=${LARGE.length}-` } }));
  answers.push(await fetch(`${link}x`));
  expect(answers.map(({ status }) => status)).toEqual([503, 404, 416, 403]);
  for (const { headers, status } of answers) {
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toBeNull();
    expect(headers.get('etag')).toBeNull();
    expect(headers.get('content-range')).toBe(status === 416 ? `bytes */${LARGE.length}` : null);
  }
});

it('keeps no place for senders of forms without a file, and lets nobody go on sending after their answer', async () => {
  const clock = manualClock(Date.now());
  const { confab, media, as, upload, dataDir } = await start({
    parts: { clock },
    limitOverrides: { mediaUploadsAtOncePerUser: 2 },
  });
  const ann = await as('ann');
  const head = (token: string, type: string) =>
    `POST ${new URL(media).pathname} HTTP/1.1\r\nHost: localhost\r\nX-Twilio-Token: ${token}\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const form = 'multipart/form-data; boundary=b';
  const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
  const field = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue';
  const slow = [
    dial(confab.url, head(ann['x-twilio-token'], form)),
    dial(confab.url, head(ann['x-twilio-token'], form) + chunk(field)),
  ];
  await expect.poll(async () => (await upload(ann, 'one more')).status).toBe(429);
  clock.advance(31_000);
  await Promise.all(slow.map(({ answered }) => answered(/^HTTP\/1.1 408 /)));
  clock.advance(2_000);
  await Promise.all(slow.map(({ closed }) => closed));

  const file = '--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nfile\r\n--b';
  const second = '\r\nContent-Disposition: form-data; name="g"; filename="g"\r\n\r\n';
  for (const [token, start, status] of [
    ['nonsense', chunk('x'), 401],
    [ann['x-twilio-token'], chunk(file + second), 201],
  ] as const) {
    const endless = dial(confab.url, head(token, form) + start);
    const timer = setInterval(() => endless.socket.write(chunk('x'.repeat(1000))), 1);
    await endless.answered(new RegExp(`^HTTP/1.1 ${status} `));
    clock.advance(2_000);
    await endless.closed;
    clearInterval(timer);
  }
  // The first file of the last form.
  await expect.poll(() => filesIn(`${dataDir}/media`).length).toBe(1);
});

it('refuses what is no form, no file or packed, and is never at fault itself', async () => {
  const { upload, account, media, dataDir } = await start();
  const post = async (type: string, body: string | Uint8Array<ArrayBuffer>, headers = {}) => {
    const response = await fetch(media, {
      method: 'POST',
      headers: { ...account, 'content-type': type, ...headers },
      body,
    });
    return { status: response.status, json: await response.json() };
  };
  const form = 'multipart/form-data; boundary=b';
  const part = (headers: string) => `--b\r\n${headers}\r\n\r\nbytes\r\n--b--\r\n`;
  const named = 'Content-Disposition: form-data; name="f"; filename="f"';
  for (const [type, body] of [
    ['multipart/form-data', part(named)],
    ['multipart/form-data; boundary=', part(named)],
    [`multipart/form-data; boundary=${'b'.repeat(200)}`, part(named)],
    [form, ''],
    [form, '--b'],
    [form, part(named).slice(0, -8)],
    [form, `--b\r\n${named}`],
    [form, 'nonsense'],
    [form, part('')],
    [form, part('Content-Disposition: form-data; name="constructor"; filename="f"')],
    [form, part('Content-Disposition: form-data; name="__proto__"')],
    [form, part(`X-Long: ${'x'.repeat(100_000)}\r\nContent-Disposition: form-data; name="a"`)],
    [form, part(`${named}\r\nContent-Type: nonsense`)],
    [form, part("Content-Disposition: form-data; name=f; filename*=utf-16le''a%00%00%d8")],
    [form, part("Content-Disposition: form-data; name=f; filename*=utf-8''a%00b")],
    [form, '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(2000)],
    ['nonsense', 'x'],
  ] as const) {
    const { status, json } = await post(type, body);
    expect([400, 413, 415], `${type}: ${body.slice(0, 100)}: ${status} ${JSON.stringify(json)}`).toContain(status);
  }
  expect(await post('text/plain', 'x', { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
  expect(filesIn(`${dataDir}/media`)).toEqual([]);

  expect(
    (await post(form, part(named.replace('"f"', '"größe.txt"').replace('filename="f"', 'filename="größe.txt"')))).json,
  ).toMatchObject({
    filename: 'größe.txt',
    size: 5,
  });
  const { record, status } = await upload(account, new Uint8Array(0), { type: 'image/png' });
  expect({ status, size: record.size, image: record.image }).toEqual({ status: 201, size: 0, image: null });
  const empty = await fetch(record.links.content_direct_temporary);
  expect([empty.status, empty.headers.get('content-length'), await empty.text()]).toEqual([200, '0', '']);
  expect((await fetch(record.links.content_direct_temporary, { headers: { range: 'bytes=-1' } })).status).toBe(416);
});
