import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import { type MediaRecord, start } from './server.ts';
import { filesIn, PNG } from './support.ts';

it('takes a file from a user, shows it to the participants of its conversation, and to nobody else', async () => {
  const { media, account, rest, upload, as, conversationOf } = await start();
  const [ann, bob, cleo] = [await as('ann'), await as('bob'), await as('cleo')];
  const conversation = await conversationOf('ann', 'bob');
  const { status, record } = await upload(ann, 'hello', {
    type: 'text/plain',
    query: '?Category=media&Filename=a%20b.txt',
  });
  expect(status).toBe(201);
  expect(record).toMatchObject({
    size: 5,
    content_type: 'text/plain',
    filename: 'a b.txt',
    category: 'media',
    author: 'ann',
    channel_sid: null,
    message_sid: null,
    is_multipart_upstream: false,
    image: null,
  });
  const get = async (url: string, headers = {}) => (await fetch(url, { headers })).status;
  const seers = async () =>
    Promise.all(
      [ann, bob, cleo, account, {}].flatMap((headers) => [
        get(record.url, headers),
        get(record.links.content, headers),
      ]),
    );
  expect(await seers()).toEqual([200, 200, 404, 404, 404, 404, 200, 200, 401, 401]);
  const message = await rest(`Conversations/${conversation}/Messages`, { Author: 'ann', MediaSid: record.sid });
  expect(message).toMatchObject({
    status: 201,
    json: { body: null, media: [{ sid: record.sid, size: 5, content_type: 'text/plain', filename: 'a b.txt' }] },
  });
  expect(await rest(`Conversations/${conversation}/Messages`, { MediaSid: record.sid })).toMatchObject({
    status: 409,
    json: { code: 50508 },
  });
  expect(await seers()).toEqual([200, 200, 200, 200, 404, 404, 200, 200, 401, 401]);
  const seen = await (await fetch(record.url, { headers: bob })).json();
  expect(seen).toMatchObject({ channel_sid: conversation, message_sid: message.json.sid });
  expect(await (await fetch(seen.links.content_direct_temporary)).text()).toBe('hello');

  const set = async (headers: { [name: string]: string }, ...sids: string[]) =>
    (
      await fetch(`${media}Set`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ command: 'get', list: sids.map((media_sid) => ({ media_sid })) }),
      })
    ).json();
  expect(await set(bob, record.sid)).toMatchObject([{ code: 200, media_record: { sid: record.sid } }]);
  expect(await set(cleo, record.sid)).toEqual([{ code: 404, media_record: { sid: record.sid } }]);
});

it('lets temporary links end with the right to what they show, with their time, and by no other hand', async () => {
  const clock = manualClock(Date.UTC(2026, 0, 1));
  const { account, rest, upload, as, conversationOf } = await start({ parts: { clock } });
  const [ann, bob] = [await as('ann'), await as('bob')];
  const conversation = await conversationOf('ann', 'bob');
  const linkFor = async (record: MediaRecord, headers: { [name: string]: string }): Promise<string> =>
    (await (await fetch(record.url, { headers })).json()).links.content_direct_temporary;
  const status = async (url: string) => (await fetch(url)).status;
  const { record } = await upload(ann, 'secret', { type: 'text/plain' });
  const { json: message } = await rest(`Conversations/${conversation}/Messages`, { MediaSid: record.sid });
  const [anns, bobs, operators] = [
    await linkFor(record, ann),
    await linkFor(record, bob),
    await linkFor(record, account),
  ];
  expect(await Promise.all([anns, bobs, operators].map(status))).toEqual([200, 200, 200]);
  const forged = [
    bobs.replace(/Viewer=\w+/, /Viewer=\w+/.exec(anns)?.[0] ?? ''),
    bobs.replace(/Expires=\d+/, 'Expires=99999999999'),
    bobs.replace('/Content?', '/Thumbnail?'),
    bobs.replace(record.sid, `ME${'0'.repeat(32)}`),
    bobs.replace(/&Signature=.*/, ''),
  ];
  expect(new Set(await Promise.all(forged.map(status)))).toEqual(new Set([403]));
  await rest(`Conversations/${conversation}/Participants/bob`, {}, 'DELETE');
  expect(await Promise.all([anns, bobs, operators].map(status))).toEqual([200, 404, 200]);
  clock.advance(299_000);
  expect(await status(anns)).toBe(200);
  clock.advance(1_000);
  expect(await status(anns)).toBe(403);
  const fresh = await linkFor(record, ann);
  expect(await status(fresh)).toBe(200);
  await rest(`Conversations/${conversation}/Messages/${message.sid}`, {}, 'DELETE');
  expect(await status(fresh)).toBe(404);
  expect((await fetch(record.url, { headers: account })).status).toBe(404);
});

it('fences in whatever a file may be, and shows only what cannot run', async () => {
  const { upload, account } = await start();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>';
  const polyglot = Buffer.concat([PNG, Buffer.from('<script>alert(3)</script>')]);
  const gifar = Buffer.from('GIF89a/*<html><script>alert(4)</script>*/');
  for (const [type, bytes, disposition] of [
    ['image/png', PNG, 'inline'],
    ['image/svg+xml', svg, 'attachment'],
    ['text/html', '<script>alert(1)</script>', 'attachment'],
    ['text/html', PNG, 'attachment'],
    ['image/png', svg, 'attachment'],
    ['image/png', '<html><script>alert(1)</script>', 'attachment'],
    ['image/png', polyglot, 'inline'],
    ['text/html; charset=utf-8', gifar, 'attachment'],
    ['application/xhtml+xml', svg, 'attachment'],
    ['application/pdf', '%PDF-1.7', 'attachment'],
    ['image/jpeg', PNG, 'attachment'],
  ] as const) {
    const { record } = await upload(account, bytes, { type, query: '?Filename=x' });
    for (const url of [record.links.content, record.links.content_direct_temporary]) {
      const response = await fetch(url, { headers: url.includes('Signature') ? {} : account });
      expect(response.status).toBe(200);
      const { headers } = response;
      expect(headers.get('content-type')).toBe(type);
      expect(headers.get('content-disposition')).toMatch(new RegExp(`^${disposition};`));
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(bytes));
    }
  }
});

it('names files safely, and never takes a path from a name', async () => {
  const { upload, account, dataDir } = await start();
  const before = new Set(filesIn(dataDir));
  for (const [given, ascii] of [
    ['../../../etc/passwd', 'passwd'],
    ['C:\\Windows\\evil.exe', 'evil.exe'],
    ['a"; filename="b.html', 'a_; filename=_b.html'],
    ['x\r\nSet-Cookie: a=b', 'xSet-Cookie_ a=b'],
    ['photo\u202Egnp.exe', 'photognp.exe'],
    ['.htaccess', 'htaccess'],
    ['größe €.txt', 'gr__e _.txt'],
  ] as const) {
    const { record, status } = await upload(account, 'x', { query: `?Filename=${encodeURIComponent(given)}` });
    expect(status).toBe(201);
    expect(record.filename).toBe(given);
    const disposition =
      (await fetch(record.links.content, { headers: account })).headers.get('content-disposition') ?? '';
    expect(disposition).toContain(`filename="${ascii.replaceAll(';', '_')}"`);
    expect(disposition.replace(/"[^"]*"/, '""')).toMatch(
      /^attachment; filename=""; filename\*=UTF-8''[A-Za-z0-9%!#$&+.^_`|~-]*$/,
    );
  }
  const made = filesIn(dataDir).filter((name) => !before.has(name) && name.length > 20);
  for (const name of made) expect(name).toMatch(/^ME[0-9a-f]{32}$/);
  expect((await upload(account, 'x', { query: `?Filename=${'x'.repeat(257)}` })).status).toBe(400);
  expect((await upload(account, 'x', { query: '?Filename=%00' })).status).toBe(400);
  expect((await upload(account, 'x', { query: '?Category=other' })).status).toBe(400);
});

it('serves ranges, tags and HEAD', async () => {
  const { upload, account } = await start();
  const { record } = await upload(account, '0123456789');
  const get = async (headers: { [name: string]: string }, method = 'GET') => {
    const response = await fetch(record.links.content_direct_temporary, { method, headers });
    return [
      response.status,
      await response.text(),
      response.headers.get('content-range'),
      response.headers.get('content-length'),
    ];
  };
  expect(await get({ range: 'bytes=2-4' })).toEqual([206, '234', 'bytes 2-4/10', '3']);
  expect(await get({ range: 'bytes=7-' })).toEqual([206, '789', 'bytes 7-9/10', '3']);
  expect(await get({ range: 'bytes=-2' })).toEqual([206, '89', 'bytes 8-9/10', '2']);
  expect(await get({ range: 'bytes=5-99' })).toEqual([206, '56789', 'bytes 5-9/10', '5']);
  expect((await get({ range: 'bytes=10-' })).slice(0, 3)).toEqual([416, expect.any(String), 'bytes */10']);
  expect((await get({ range: 'bytes=1-2,4-5' }))[1]).toBe('0123456789');
  expect((await get({ range: 'bytes=2-4', 'if-range': '"other"' }))[1]).toBe('0123456789');
  expect(await get({}, 'HEAD')).toEqual([200, '', null, '10']);
  const etag = (await fetch(record.links.content, { headers: account })).headers.get('etag') ?? '';
  expect((await get({ 'if-none-match': etag }))[0]).toBe(304);
});

it('tells the size of images and makes thumbnails without metadata, and looks into no bombs', async () => {
  const { default: sharp } = await import('sharp');
  const { upload, account } = await start({ limitOverrides: { imagePixels: 1_000_000 } });
  const photo = await sharp({ create: { width: 800, height: 400, channels: 3, background: 'red' } })
    .withExif({ IFD0: { Copyright: 'somebody at some place' } })
    .jpeg()
    .toBuffer();
  expect(photo.includes('some place')).toBe(true);
  const { record } = await upload(account, photo, { type: 'image/jpeg' });
  expect(record.image).toMatchObject({ width: 800, height: 400 });
  const thumbnail = await fetch(record.image?.thumbnail ?? '');
  expect(thumbnail.headers.get('content-type')).toBe('image/webp');
  expect(thumbnail.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
  const small = Buffer.from(await thumbnail.arrayBuffer());
  expect(await sharp(small).metadata()).toMatchObject({ width: 320, height: 160, format: 'webp' });
  expect(small.includes('some place')).toBe(false);
  const bomb = await sharp({ create: { width: 4000, height: 4000, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  expect(bomb.length).toBeLessThan(1_000_000);
  for (const bytes of [bomb, PNG.subarray(0, 50), Buffer.concat([PNG.subarray(0, 40), randomBytes(500)])]) {
    const answer = await upload(account, bytes, { type: 'image/png' });
    expect(answer.status).toBe(201);
    expect(answer.record.image?.thumbnail ?? null).toBeNull();
  }
});

it('takes the file of a form, and nothing of a form that breaks off', async () => {
  const { upload, as, confab, dataDir, media } = await start();
  const ann = await as('ann');
  const form = new FormData();
  form.set('note', 'a field');
  form.set('file', new File([PNG], 'dot.png', { type: 'image/png' }));
  const { status, record } = await upload(ann, form);
  expect(status).toBe(201);
  expect(record).toMatchObject({
    filename: 'dot.png',
    content_type: 'image/png',
    size: PNG.length,
    is_multipart_upstream: true,
  });
  const none = new FormData();
  none.set('note', 'no file');
  expect((await upload(ann, none)).status).toBe(400);

  const files = () => filesIn(`${dataDir}/media`).length;
  const before = files();
  const { port } = new URL(confab.url);
  const head = `POST ${new URL(media).pathname} HTTP/1.1\r\nHost: localhost\r\nX-Twilio-Token: ${ann['x-twilio-token']}\r\n`;
  const part = 'multipart/form-data; boundary=b';
  const opening = '--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nsome bytes';
  for (const [type, body] of [
    [part, opening],
    ['text/plain', 'some bytes'],
  ] as const) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`${head}Content-Type: ${type}\r\nContent-Length: 1000\r\n\r\n${body}`);
    await expect.poll(files).toBe(before + 1);
    socket.destroy();
    await expect.poll(files).toBe(before);
  }
});

it('cuts off what is endless, too slow or too much at once, and keeps nothing of it', async () => {
  const clock = manualClock(Date.now());
  const { as, confab, dataDir, media, upload } = await start({
    parts: { clock },
    limitOverrides: { mediaBytesPerMessage: 1_000_000, mediaUploadsAtOncePerUser: 2 },
  });
  const ann = await as('ann');
  const files = () => filesIn(`${dataDir}/media`).length;
  expect((await upload(ann, Buffer.alloc(2_000_000))).status).toBe(413);
  const { port } = new URL(confab.url);
  const open = (chunk: string) => {
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(answer)));
    socket.on('error', () => {});
    socket.write(
      `POST ${new URL(media).pathname} HTTP/1.1\r\nHost: localhost\r\nX-Twilio-Token: ${ann['x-twilio-token']}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const write = () => socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    write();
    const answered = (pattern: RegExp) => expect.poll(() => answer).toMatch(pattern);
    return { socket, closed, write, answered };
  };
  const endless = open('x'.repeat(10_000));
  const timer = setInterval(endless.write, 1);
  await endless.answered(/^HTTP\/1.1 413 /);
  clock.advance(2_000);
  await endless.closed;
  clearInterval(timer);

  const slow = [open('x'), open('x')];
  await expect.poll(files).toBe(2);
  expect((await upload(ann, 'one more')).status).toBe(429);
  clock.advance(31_000);
  for (const { answered } of slow) await answered(/^HTTP\/1.1 408 /);
  clock.advance(2_000);
  for (const { closed } of slow) await closed;
  await expect.poll(files).toBe(0);
  expect((await upload(ann, 'one more')).status).toBe(201);
});

it('answers browsers of every origin, for the headers of SDKs, without their cookies', async () => {
  const { media } = await start();
  const response = await fetch(media, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-twilio-token,content-type',
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  expect(response.headers.get('access-control-allow-headers')).toMatch(/Content-Type.*X-Twilio-Token/);
  expect(response.headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, DELETE, OPTIONS');
});

it('judges tokens as a login does, and keys by their policies', async () => {
  const { media, rest, account, upload, as, confab } = await start();
  const ann = await as('ann');
  for (const token of ['', 'nonsense', `${ann['x-twilio-token'].slice(0, -3)}abc`]) {
    expect((await fetch(`${media}/ME${'0'.repeat(32)}`, { headers: { 'x-twilio-token': token } })).status).toBe(401);
  }
  const { json: other } = await rest('Services', { FriendlyName: 'other' });
  const elsewhere = `${confab.url}/v1/Services/${other.sid}/Media`;
  expect((await fetch(elsewhere, { method: 'POST', headers: ann, body: 'x' })).status).toBe(404);
  const { record } = await upload(account, 'x');
  expect((await fetch(`${elsewhere}/${record.sid}`, { headers: account })).status).toBe(404);
  const { json: key } = await rest('Keys', {
    KeyType: 'restricted',
    Policy: '{"allow":["/confab/services.media/read"]}',
    AccountSid: confab.accountSid,
  });
  const restricted = { authorization: `Basic ${btoa(`${key.sid}:${key.secret}`)}` };
  expect((await fetch(`${media}/${record.sid}`, { headers: restricted })).status).toBe(200);
  expect((await fetch(media, { method: 'POST', headers: restricted, body: 'x' })).status).toBe(401);
});

it('gives files an origin of their own, which serves nothing else', async () => {
  const { upload, account, confab } = await start({ mediaUrl: 'https://files.example.com' });
  const { record } = await upload(account, 'x');
  for (const url of [record.url, record.links.content, record.links.content_direct_temporary])
    expect(url).toMatch(/^https:\/\/files\.example\.com\/v1\/Services\//);
  const under = async (host: string, path: string, headers = ''): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(confab.url).port), '127.0.0.1');
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${account.authorization}\r\n${headers || 'Connection: close\r\n'}\r\n`,
      );
      socket.once('data', (data) => resolve(String(data).slice(9, 12)));
    });
  expect(await under('files.example.com', new URL(record.url).pathname)).toBe('200');
  expect(await under('files.example.com', '/v1/Conversations')).toBe('421');
  expect(await under('files.example.com', '/health')).toBe('421');
  const socket = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${btoa('0123456789abcdef')}\r\n`;
  expect(await under('files.example.com', '/v3/wsconnect', socket)).toBe('421');
  expect(await under('localhost', '/v3/wsconnect', socket)).toBe('101');
  expect(await under('mcs.us1.twilio.com', new URL(record.url).pathname)).toBe('200');
});
