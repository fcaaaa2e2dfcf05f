import { networkInterfaces } from 'node:os';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import {
  createHookSender,
  type Hook,
  type HookParams,
  signatureOf,
  type TargetRules,
} from '../../src/webhooks/index.ts';
import { startNameServer } from './support/name-server.ts';
import { startReceiver } from './support/receiver.ts';

const AUTH_TOKEN = '0123456789abcdef0123456789abcdef';
const PARAMS: HookParams = [
  ['EventType', 'onMessageAdded'],
  ['Attributes', '{}'],
  ['Body', "Grüße & 100% 👋\r\nit's + done"],
  ['Index', '35'],
  ['AccountSid', 'AC00000000000000000000000000000001'],
];

const DEVELOPMENT: TargetRules = { allow: [], loopback: true, ownPort: () => undefined };
/** Of this machine in its network. */
const OWN_ADDRESS = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

const PUBLIC_ONLY: TargetRules = { ...DEVELOPMENT, loopback: false };

function senderWith(options: Partial<Parameters<typeof createHookSender>[0]> = {}) {
  return createHookSender({
    clock: systemClock(),
    rules: DEVELOPMENT,
    limits: { webhookTimeoutMs: 5000, webhookAnswerBytes: 1000 },
    ...options,
  });
}

const hook = (url: string, more: Partial<Hook> = {}): Hook => ({
  method: 'POST',
  url,
  params: PARAMS,
  idempotencyToken: '0b1c6d0e-7a0c-4a5e-9f0e-1f7f6c1c2d3e',
  authToken: AUTH_TOKEN,
  ...more,
});

describe('a hook', () => {
  it.each([
    '/hook',
    '',
    '?env=dev',
    '/hook?env=dev',
    "/it's/here?q=it's&b=%27",
    '/a/../b',
    '/grüße?für=wen',
    '/with space',
    '/hook#rc=2&rp=all',
  ])(
    'at %j, by POST and GET, passes the official validator as configured and as received, and not with a byte changed',
    async (path) => {
      const receiver = await startReceiver();
      const send = senderWith();
      for (const method of ['POST', 'GET'] as const) {
        const outcome = await send(hook(receiver.url + path, { method }));

        expect(outcome).toMatchObject({ kind: 'answered', status: 200, body: '' });
        const got = receiver.received.at(-1);
        const signature = String(got?.headers['x-twilio-signature']);
        const form = method === 'POST' ? (got?.params ?? {}) : {};
        const asReceived = receiver.url + got?.target;
        expect(twilio.validateRequest(AUTH_TOKEN, signature, asReceived, form)).toBe(true);
        if (method === 'POST') {
          const asConfigured = (receiver.url + path).split('#')[0] ?? '';
          expect(twilio.validateRequest(AUTH_TOKEN, signature, asConfigured, form)).toBe(true);
          expect(got?.params).toEqual(Object.fromEntries(PARAMS));
          expect(twilio.validateRequest(AUTH_TOKEN, signature, asReceived, { ...form, Index: '36' })).toBe(false);
        } else {
          expect(got?.params).toMatchObject(Object.fromEntries(PARAMS));
        }
        expect(twilio.validateRequest(AUTH_TOKEN, signature, `${asReceived}x`, form)).toBe(false);
        expect(twilio.validateRequest(`${AUTH_TOKEN.slice(1)}0`, signature, asReceived, form)).toBe(false);
      }
    },
  );

  it('as JSON passes validateRequestWithBody, and not with a byte changed', async () => {
    const receiver = await startReceiver();
    await senderWith()(hook(`${receiver.url}/hook?env=dev#body=json`));

    const [got] = receiver.received;
    const signature = String(got?.headers['x-twilio-signature']);
    const url = receiver.url + got?.target;
    const body = got?.body ?? '';
    expect(JSON.parse(body)).toEqual(Object.fromEntries(PARAMS));
    expect(twilio.validateRequestWithBody(AUTH_TOKEN, signature, url, body)).toBe(true);
    expect(twilio.validateRequestWithBody(AUTH_TOKEN, signature, url, body.replace('35', '36'))).toBe(false);
  });

  it('has the headers of the original, and the login of its URL', async () => {
    const receiver = await startReceiver();
    await senderWith()(hook(receiver.url.replace('http://', 'http://ada:p%40ss@')));

    expect(receiver.received[0]?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'i-twilio-idempotency-token': '0b1c6d0e-7a0c-4a5e-9f0e-1f7f6c1c2d3e',
      accept: '*/*',
      authorization: `Basic ${Buffer.from('ada:p@ss').toString('base64')}`,
    });
  });

  it('is signed as the worked example (webhooks 6)', () => {
    const url = 'https://example.com/webhook?EventType=onMessageAdded&Body=Hello%2C+world';
    expect(signatureOf(AUTH_TOKEN, url)).toBe('YOTvGzzTtxplbbtmE2161eb/tm8=');
  });
});

describe('what a target does', () => {
  it('is bounded in size, and redirects are answers', async () => {
    const receiver = await startReceiver();
    const send = senderWith();

    receiver.answer((response) => response.end('x'.repeat(1001)));
    expect(await send(hook(receiver.url))).toMatchObject({ kind: 'too_large', status: 200 });
    receiver.answer((response) => response.writeHead(302, { location: `${receiver.url}/secret` }).end('moved'));
    expect(await send(hook(receiver.url))).toMatchObject({ kind: 'answered', status: 302, body: 'moved' });
    expect(receiver.received.map(({ target }) => target)).toEqual(['/', '/']);
  });

  it('is cut off when it answers never, or drop by drop', async () => {
    const receiver = await startReceiver();
    const send = senderWith({ limits: { webhookTimeoutMs: 200, webhookAnswerBytes: 1000 } });

    receiver.answer(() => {});
    expect(await send(hook(receiver.url))).toMatchObject({ kind: 'timed_out', waitingFor: 'read' });
    receiver.answer((response) => {
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await send(hook(receiver.url))).toMatchObject({ kind: 'timed_out', waitingFor: 'read' });
    expect(await send(hook(`${receiver.url}#tt=15000`, { longestMs: 200 }))).toMatchObject({ kind: 'timed_out' });
  });

  it('may end in the middle, or not be there', async () => {
    const receiver = await startReceiver();
    const send = senderWith();

    receiver.answer((response) => response.socket?.destroy());
    expect(await send(hook(receiver.url))).toMatchObject({ kind: 'broken' });
    receiver.answer((response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half', () => response.socket?.destroy());
    });
    expect(await send(hook(receiver.url))).toMatchObject({ kind: 'broken' });
    expect(await send(hook('http://127.0.0.1:1/'))).toMatchObject({ kind: 'unreachable' });
    expect(await send(hook('https://127.0.0.1:1/'))).toMatchObject({ kind: 'unreachable' });
    expect(await send(hook('http://no-such-name.invalid/'))).toMatchObject({ kind: 'unreachable' });
  });
});

describe('where hooks may go', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://１２７.０.０.１/',
    'http://①②⑦.⓪.⓪.①/',
    'http://0/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[::10.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[64:ff9b:1::1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[100::1]/',
    'http://[2001:db8::1]/',
    'http://[4000::1]/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0xa9fea9fe/',
    'http://100.64.0.1/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
    'http://192.0.0.192/',
    'http://198.18.0.1/',
    'http://203.0.113.1/',
    'http://224.0.0.1/',
    'http://240.0.0.1/',
    'http://255.255.255.255/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://user@127.0.0.1/',
    'http://example.com\\@127.0.0.1/',
    'http://127.0.0.1\\@example.com/x',
    'ftp://example.com/',
    'file:///etc/passwd',
    'http://[fe80::1%25eth0]/',
  ])('is not %s', async (url) => {
    const send = senderWith({
      rules: PUBLIC_ONLY,
      resolve: async (host) => (/^localhost\.?$/.test(host) ? ['127.0.0.1', '::1'] : ['127.0.0.1']),
    });
    expect((await send(hook(url))).kind).toBe('blocked');
  });

  it('is refused when one of several addresses is bad, or has a zone', async () => {
    const { resolve } = await startNameServer(() => ['93.184.215.14', '10.0.0.1']);
    const send = senderWith({ rules: PUBLIC_ONLY, resolve });
    expect(await send(hook('http://mixed.test/'))).toMatchObject({ kind: 'blocked' });
    const zoned = senderWith({ rules: PUBLIC_ONLY, resolve: async () => ['2606:2800::1%eth0'] });
    expect(await zoned(hook('http://zoned.test/'))).toMatchObject({ kind: 'blocked' });
  });

  it('does not change between the look at the address and the connection', async () => {
    const inside = await startReceiver('127.0.0.1');
    const outside = await startReceiver('127.0.0.2', inside.port);
    const { resolve, asked } = await startNameServer((_, before) => [before === 0 ? '127.0.0.2' : '127.0.0.1']);
    const send = senderWith({ rules: { ...PUBLIC_ONLY, allow: ['127.0.0.2/32'] }, resolve });
    const url = `http://rebinding.test:${inside.port}/`;

    expect(await send(hook(url))).toMatchObject({ kind: 'answered', status: 200 });
    expect([asked(), outside.received.length, inside.received.length]).toEqual([1, 1, 0]);
    expect(await send(hook(url))).toMatchObject({ kind: 'blocked' });
    expect([asked(), outside.received.length, inside.received.length]).toEqual([2, 1, 0]);
  });

  it('is what was allowed by name or network, and never this server itself', async () => {
    const receiver = await startReceiver();
    const resolve = async () => ['127.0.0.1'];
    const byName = senderWith({ rules: { ...PUBLIC_ONLY, allow: ['hooks.internal'] }, resolve });
    expect(await byName(hook(`http://Hooks.Internal.:${receiver.port}/`))).toMatchObject({ kind: 'answered' });
    expect(await byName(hook(`http://other.internal:${receiver.port}/`))).toMatchObject({ kind: 'blocked' });

    const itself = { allow: ['hooks.internal', '127.0.0.0/8'], loopback: true, ownPort: () => receiver.port };
    expect(await senderWith({ rules: itself, resolve })(hook(`http://hooks.internal:${receiver.port}/`))).toMatchObject(
      { kind: 'blocked' },
    );
    expect(receiver.received.length).toBe(1);
  });

  it.skipIf(OWN_ADDRESS === undefined)('is not this server at its own address, written as IPv6', async () => {
    const rules = { allow: ['0.0.0.0/0'], loopback: true, ownPort: () => 4000 };
    for (const host of [OWN_ADDRESS, `[::ffff:${OWN_ADDRESS}]`, `[64:ff9b::${OWN_ADDRESS}]`]) {
      const outcome = await senderWith({ rules })(hook(`http://${host}:4000/`));
      expect(outcome).toMatchObject({ kind: 'blocked', reason: expect.stringContaining('this server itself') });
    }
  });
});
