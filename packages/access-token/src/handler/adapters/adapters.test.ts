import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { connect } from 'node:net';
import express from 'express';
import { fastify } from 'fastify';
import { type Context, Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountSid, apiKey, apiSecret, serviceSid } from '../../test-support/fixtures.ts';
import {
  createTokenHandler,
  type MintRecord,
  sessionCookie,
  toExpressHandler,
  toFastifyHandler,
  toHonoHandler,
  toNextRoute,
  toNodeListener,
} from '../index.ts';

const ORIGIN = 'https://app.example.com';
const session = sessionCookie({ secrets: ['session-secret-0123456789abcdefghij'] });
const setCookie = await session.begin({ identity: 'ada' });
const cookie = setCookie.slice(0, setCookie.indexOf(';'));

const minted: MintRecord[] = [];
const handler = createTokenHandler({
  credentials: { accountSid, apiKey, apiSecret },
  authenticate: session,
  grants: { chat: { serviceSid } },
  allowedOrigins: [ORIGIN],
  onMint: (record) => minted.push(record),
});

interface Served {
  /** Asks with these headers, POST unless told otherwise. */
  ask(headers: Record<string, string>, method?: string): Promise<Response>;
  /** What the handler is told of the sender. */
  address: string | undefined;
  stop(): Promise<unknown>;
}

async function served(server: Server, address = '127.0.0.1'): Promise<Served & { port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return overPort(server, address, async () => server.close());
}

function overPort(server: Server, address: string, stop: () => Promise<unknown>): Served & { port: number } {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  const { port } = bound;
  return {
    port,
    address,
    stop,
    ask: (headers, method = 'POST') => exchange(port, headers, method),
  };
}

/** Not fetch: it would not send an Origin or a Cookie as told. */
async function exchange(port: number, headers: Record<string, string>, method: string): Promise<Response> {
  const request = httpRequest({ host: '127.0.0.1', port, path: '/token', method, headers });
  request.end();
  const [answer] = await once(request, 'response');
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  const body = chunks.length === 0 ? null : Buffer.concat(chunks);
  return new Response(body, { status: answer.statusCode, headers: answer.headers });
}

const servers: Record<string, () => Promise<Served>> = {
  'Node http': () => served(createServer(toNodeListener(handler))),
  Express: () => served(createServer(express().all('/token', toExpressHandler(handler)))),
  'Express behind a proxy': () =>
    served(
      createServer(express().set('trust proxy', 'loopback').all('/token', toExpressHandler(handler))),
      '192.0.2.9',
    ),
  Fastify: async () => {
    const app = fastify();
    app.all('/token', toFastifyHandler(handler));
    await app.listen({ port: 0, host: '127.0.0.1' });
    return overPort(app.server, '127.0.0.1', () => app.close());
  },
  Hono: async () => {
    const app = new Hono();
    app.all('/token', toHonoHandler(handler, { addressOf: (c: Context) => c.req.header('x-real-ip') }));
    const ask: Served['ask'] = async (headers, method = 'POST') => app.request('/token', { method, headers });
    return { ask, address: '192.0.2.8', stop: async () => {} };
  },
  // Next.js hands a Request to the functions that a route file exports by method, and sends the Response that they return.
  'Next.js': async () => {
    const route: Record<string, (request: Request) => Promise<Response>> = toNextRoute(handler, {
      addressOf: ({ headers }) => headers.get('x-real-ip') ?? undefined,
    });
    const ask: Served['ask'] = async (headers, method = 'POST') =>
      (await route[method]?.(new Request('https://app.example.com/token', { method, headers }))) ??
      new Response(null, { status: 405 });
    return { ask, address: '192.0.2.8', stop: async () => {} };
  },
};

describe.each(Object.entries(servers))('%s', (_name, start) => {
  let server: Served;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('answers a signed-in caller, and knows where they asked from', async () => {
    minted.length = 0;
    const proxied = { 'x-forwarded-for': '192.0.2.9', 'x-real-ip': '192.0.2.8' };
    const answer = await server.ask({ cookie, origin: ORIGIN, ...proxied });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ token: expect.stringMatching(/^eyJ/), identity: 'ada', expires_in: 3600 });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(answer.headers.get('vary')).toContain('Origin');
    expect(minted).toMatchObject([{ identity: 'ada', sender: { address: server.address } }]);
  });

  it('answers the preflight', async () => {
    const answer = await server.ask({ origin: ORIGIN, 'access-control-request-method': 'POST' }, 'OPTIONS');
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    expect(answer.headers.get('access-control-allow-methods')).toBe('POST');
  });

  it.each([
    ['a stranger', { origin: ORIGIN }, 'POST', 401],
    ['a foreign page', { cookie, origin: 'https://evil.example' }, 'POST', 403],
    [
      'a page under a name that was pointed here',
      { cookie, origin: 'http://evil.example', host: 'evil.example' },
      'POST',
      403,
    ],
    ['the preflight of a foreign page', { origin: 'https://evil.example' }, 'OPTIONS', 403],
    ['a link', { cookie }, 'GET', 405],
  ])('refuses %s', async (_what, headers, method, status) => {
    const answer = await server.ask(headers, method);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-credentials')).toBe(status === 401 ? 'true' : null);
    expect(await answer.text()).not.toContain('eyJ');
  });
});

describe('a Node server', () => {
  const raw = async (head: string): Promise<string> => {
    const server = await served(createServer(toNodeListener(handler)));
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`${head}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += chunk;
    await server.stop();
    return text.slice(0, text.indexOf('\r\n'));
  };

  it.each([
    ['TRACE /token HTTP/1.1', '405'],
    ['POST * HTTP/1.1', '401'],
    ['POST //evil.example/token HTTP/1.1', '401'],
    ['POST http://evil.example:99999/token HTTP/1.1', '401'],
    [`POST /token HTTP/1.1\r\nCookie: ${cookie}\r\nCookie: ${cookie}`, '401'],
    [`POST /token HTTP/1.1\r\nCookie: theme=dark\r\nCookie: ${cookie}`, '200'],
    [`POST /token HTTP/1.1\r\nCookie: \xff\xfe`, '401'],
  ])('answers %j with %s, and lives on', async (head, status) => {
    expect(await raw(head)).toContain(` ${status} `);
  });
});
