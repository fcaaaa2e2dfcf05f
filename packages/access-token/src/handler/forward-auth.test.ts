import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { forwardAuth } from './forward-auth.ts';
import { endpoint, expectNoDetail, ORIGIN, reasonOf, requestWith } from './test-support/endpoint.ts';
import { type HttpService, pour, startHttpService } from './test-support/http-service.ts';

let service: HttpService;
beforeEach(async () => {
  service = await startHttpService((_request, response) => response.writeHead(200, { 'Remote-User': 'ada' }).end('OK'));
});
afterEach(() => service.stop());

const authenticator = (timeoutMs = 2_000) =>
  forwardAuth({ url: `${service.url}/verify`, identityHeader: 'Remote-User', timeoutMs });
const authenticate = (headers: Record<string, string> = { cookie: 'session=1' }, timeoutMs?: number) =>
  authenticator(timeoutMs).authenticate(requestWith(headers));

describe('forward authentication', () => {
  it('takes the identity from the header of the answer', async () => {
    expect(await authenticate()).toEqual({ identity: 'ada' });
  });

  it('hands on cookies and authorization, and nothing else of the request', async () => {
    await authenticate({
      cookie: 'session=1; theme=dark',
      authorization: 'Bearer abc',
      origin: ORIGIN,
      'remote-user': 'root',
      'x-forwarded-for': '192.0.2.1',
      'x-secret': 'x',
      'accept-language': 'fi',
    });
    const [request] = service.requests;
    expect(service.requests).toHaveLength(1);
    expect(request).toMatchObject({ method: 'GET', target: '/verify' });
    expect(request?.headers).toMatchObject({ cookie: 'session=1; theme=dark', authorization: 'Bearer abc' });
    const ours = [
      'accept',
      'accept-encoding',
      'accept-language',
      'authorization',
      'connection',
      'cookie',
      'host',
      'user-agent',
    ];
    expect(
      Object.keys(request?.headers ?? {}).filter((name) => !name.startsWith('sec-fetch-') && !ours.includes(name)),
    ).toEqual([]);
    expect(request?.headers['accept-language']).not.toBe('fi');
  });

  it('asks nobody about a request without credentials', async () => {
    expect(reasonOf(await authenticate({}))).toContain('neither a cookie nor');
    expect(service.requests).toEqual([]);
  });

  it('reads names in UTF-8', async () => {
    service.answer = (_request, response) =>
      response.writeHead(200, { 'Remote-User': Buffer.from('Zoë ☺').toString('latin1') }).end();
    expect(await authenticate()).toEqual({ identity: 'Zoë ☺' });
    service.answer = (_request, response) => response.writeHead(200, { 'Remote-User': 'Zo\xeb' }).end();
    expect(await authenticate()).toHaveProperty('refused');
  });

  it('keeps names apart that differ in a byte order mark', async () => {
    service.answer = (_request, response) =>
      response.writeHead(200, { 'Remote-User': Buffer.from('\u{feff}ada').toString('latin1') }).end();
    expect(await authenticate()).toEqual({ identity: '\u{feff}ada' });
  });

  it.each([401, 403, 301, 302, 303, 307, 308])('takes %i for nobody, and goes nowhere else', async (status) => {
    service.answer = (_request, response) =>
      response.writeHead(status, { location: `${service.url}/elsewhere`, 'Remote-User': 'ada' }).end();
    expect(await authenticate()).toEqual({ refused: `the forward-auth service answered ${status}` });
    expect(service.requests).toHaveLength(1);
  });

  it.each([[{}], [{ 'Remote-User': '' }], [{ 'X-Remote-User': 'ada' }]])(
    'takes an answer with %j for nobody',
    async (headers) => {
      service.answer = (_request, response) => response.writeHead(200, headers).end();
      expect(await authenticate()).toHaveProperty('refused');
    },
  );

  it.each<[string, HttpService['answer']]>([
    ['an error', (_request, response) => response.writeHead(500, { 'Remote-User': 'ada' }).end()],
    ['not found', (_request, response) => response.writeHead(404, { 'Remote-User': 'ada' }).end()],
    ['a broken connection', (_request, response) => response.destroy()],
    [
      '16 kB and more',
      (_request, response) => response.writeHead(200, { 'Remote-User': 'ada' }).end('x'.repeat(16_385)),
    ],
    ['an answer without end', (_request, response) => pour(response.writeHead(200, { 'Remote-User': 'ada' }))],
    [
      'headers without end',
      (_request, response) => response.writeHead(200, { 'Remote-User': 'a'.repeat(20_000) }).end(),
    ],
  ])('is unavailable when it gets %s', async (_what, answer) => {
    service.answer = answer;
    expect(await authenticate()).toEqual({ unavailable: expect.stringContaining('forward-auth service') });
  });

  it('takes an answer of 16 kB', async () => {
    service.answer = (_request, response) => response.writeHead(200, { 'Remote-User': 'ada' }).end('x'.repeat(16_384));
    expect(await authenticate()).toEqual({ identity: 'ada' });
  });

  it.each<[string, HttpService['answer']]>([
    ['never comes', () => {}],
    ['never ends', (_request, response) => response.writeHead(200, { 'Remote-User': 'ada' }).write('OK')],
  ])('gives up an answer that %s', async (_what, answer) => {
    service.answer = answer;
    expect(reasonOf(await authenticate(undefined, 50))).toContain('within 50 ms');
  });

  it('has no more than a hundred requests at once', async () => {
    const waiting: (() => void)[] = [];
    service.answer = (_request, response) =>
      waiting.push(() => response.writeHead(200, { 'Remote-User': 'ada' }).end());
    const check = authenticator(10_000);
    const ask = () => check.authenticate(requestWith({ cookie: 'session=1' }));
    const first = Array.from({ length: 100 }, ask);
    expect(reasonOf(await ask())).toContain('has 100 requests');
    await vi.waitUntil(() => waiting.length === 100);
    for (const release of waiting) release();
    expect((await Promise.all(first)).every((found) => found !== undefined && 'identity' in found)).toBe(true);
    service.answer = (_request, response) => response.writeHead(200, { 'Remote-User': 'ada' }).end();
    expect(await ask()).toEqual({ identity: 'ada' });
    expect(service.requests).toHaveLength(101);
  });

  it('is 503 to the caller while it is away, and never for pages of other origins', async () => {
    await service.stop();
    const { ask } = endpoint({ authenticate: authenticator() });
    expectNoDetail(await ask({ cookie: 'session=1', origin: ORIGIN }), 503, 20503);
    expectNoDetail(await ask({ cookie: 'session=1', origin: 'https://evil.example' }), 403);
  });
});

test.each([
  ['invalid_url', 'auth.example.com', 'Remote-User'],
  ['invalid_url', 'ftp://auth.example.com', 'Remote-User'],
  ['invalid_url', 'https://user:pass@auth.example.com', 'Remote-User'],
  ['invalid_header_name', 'https://auth.example.com', 'Remote User'],
  ['invalid_header_name', 'https://auth.example.com', ''],
])('a set-up is refused at once: %s for %s and %j', (code, url, identityHeader) => {
  expect(() => forwardAuth({ url, identityHeader })).toThrow(expect.objectContaining({ code }));
});
