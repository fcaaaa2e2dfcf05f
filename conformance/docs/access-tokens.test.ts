import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { hashApiToken } from '@confab/access-token/handler';
import { verifyAccessToken } from '@confab/access-token/verify';
import type { Express } from 'express';
import type { FastifyInstance } from 'fastify';
import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadConfig } from '../../packages/confab/src/config/index.ts';
import { type SampleFolder, samplesOf, writeSamples } from './samples.ts';

const samples = samplesOf('access-tokens.md');
const settings = {
  accountSid: 'AC00000000000000000000000000000001',
  apiKey: 'SK00000000000000000000000000000001',
  apiSecret: '0123456789abcdefghijABCDEFGHIJ12',
  serviceSid: 'IS00000000000000000000000000000001',
  sessionSecret: 'session-secret-0123456789abcdefghij',
  reporterPassword: 'reporter-password',
};
const apiToken = 'api-token-0123456789abcdefghijklmnop';

/** What the guide takes for granted. */
const given = new Map([
  ['settings.ts', `export const settings = ${JSON.stringify(settings)};`],
  [
    'sessions.ts',
    `export async function findSession(cookie: string | null): Promise<{ userId: string; endsAt: number } | undefined> {
      return cookie === 'sid=1' ? { userId: 'ada', endsAt: 4_000_000_000 } : undefined;
    }`,
  ],
  [
    'api-tokens.ts',
    `export async function findApiToken(sha256: string): Promise<{ owner: string } | undefined> {
      return sha256 === '${await hashApiToken(apiToken)}' ? { owner: 'bot' } : undefined;
    }`,
  ],
]);

let folder: SampleFolder;
let cookie: string;
beforeAll(async () => {
  vi.spyOn(console, 'log').mockReturnValue();
  vi.spyOn(console, 'warn').mockReturnValue();
  folder = writeSamples(new Map([...given, ...samples]));
  const { signedIn } = (await folder.load('login.ts')) as { signedIn(identity: string): Promise<Response> };
  cookie = ((await signedIn('ada')).headers.get('set-cookie') ?? '').replace(/;.*/, '');
});
afterAll(() => folder.remove());

it('has these samples', () => {
  expect([...samples.keys()]).toEqual([
    'official.js',
    'confab.js',
    'make_token.py',
    'Example.cs',
    'Example.java',
    'main.go',
    'token.php',
    'token.rb',
    'token.ts',
    'express.ts',
    'fastify.ts',
    'hono.ts',
    'route.ts',
    'node.ts',
    'login.ts',
    'own-session.ts',
    'programs.ts',
    'provider.ts',
    'client.ts',
    'provider.env',
    'forward-auth.env',
  ]);
});

it('has samples that compile', async () => {
  expect(await folder.compile()).toBe('');
});

type Ask = (headers: Record<string, string>) => Promise<Response>;

async function overPort(server: Server, use: (ask: Ask) => Promise<void>): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  try {
    await use((headers) => fetch(`http://127.0.0.1:${address.port}/token`, { method: 'POST', headers }));
  } finally {
    server.close();
  }
}

/** Somebody who is signed in gets a token that Confab would accept, and nobody else does. */
async function expectEndpoint(ask: Ask): Promise<void> {
  const answer = await ask({ cookie, origin: 'https://app.example.com' });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  const body = await answer.json();
  expect(body).toEqual({ token: expect.any(String), identity: 'ada', expires_in: 3600 });
  const secrets = [Buffer.from(settings.apiSecret)];
  const key = { accountSid: settings.accountSid, accountStatus: 'active', kind: 'standard' as const, secrets };
  const claims = await verifyAccessToken(body.token, { now: Date.now(), findKey: () => key });
  expect(claims).toMatchObject({ identity: 'ada', grants: { chat: { serviceSid: settings.serviceSid } } });
  expect((await ask({})).status).toBe(401);
  expect((await ask({ cookie, origin: 'https://evil.example' })).status).toBe(403);
}

it('has an endpoint for Express that works', async () => {
  const { app } = (await folder.load('express.ts')) as { app: Express };
  await overPort(createServer(app), expectEndpoint);
});

it('has an endpoint for Fastify that works', async () => {
  const { app } = (await folder.load('fastify.ts')) as { app: FastifyInstance };
  await expectEndpoint(async (headers) => {
    const { statusCode, headers: answered, body } = await app.inject({ method: 'POST', url: '/token', headers });
    const names = Object.entries(answered).map(([name, value]): [string, string] => [name, String(value)]);
    return new Response(body, { status: statusCode, headers: names });
  });
});

it('has an endpoint for Hono that works', async () => {
  const { app } = (await folder.load('hono.ts')) as { app: Hono };
  await expectEndpoint(async (headers) => app.request('/token', { method: 'POST', headers }));
});

it('has an endpoint for Next.js that keeps its contract of Request and Response', async () => {
  const route = (await folder.load('route.ts')) as Record<'POST' | 'OPTIONS', (request: Request) => Promise<Response>>;
  expect(Object.keys(route).sort()).toEqual(['OPTIONS', 'POST']);
  await expectEndpoint((headers) =>
    route.POST(new Request('https://app.example.com/token', { method: 'POST', headers })),
  );
});

it('has an endpoint for Node that works', async () => {
  const { server } = (await folder.load('node.ts')) as { server: Server };
  await overPort(server, expectEndpoint);
});

it('has ways to know callers that know them', async () => {
  const byHeader = (headers: Record<string, string>) => new Request('https://api.example.com/token', { headers });
  const { authenticate } = (await folder.load('own-session.ts')) as {
    authenticate(request: Request): Promise<unknown>;
  };
  expect(await authenticate(byHeader({ cookie: 'sid=1' }))).toMatchObject({ identity: 'ada' });
  expect(await authenticate(byHeader({}))).toHaveProperty('refused');

  type Way = { authenticate(request: Request): Promise<unknown> };
  const programs = (await folder.load('programs.ts')) as { byApiToken: Way; byPassword: Way };
  const basic = (text: string) => byHeader({ authorization: `Basic ${btoa(text)}` });
  expect(await programs.byApiToken.authenticate(byHeader({ authorization: `Bearer ${apiToken}` }))).toEqual({
    identity: 'bot',
  });
  expect(await programs.byPassword.authenticate(basic('reporter:reporter-password'))).toEqual({ identity: 'reporter' });
  expect(await programs.byPassword.authenticate(basic('reporter:wrong'))).toHaveProperty('refused');

  const { byProvider } = (await folder.load('provider.ts')) as { byProvider: Way };
  expect(await byProvider.authenticate(byHeader({}))).toHaveProperty('refused');
});

it.each([
  ['provider.env', 'oidc'],
  ['forward-auth.env', 'forward-auth'],
])('has settings that Confab takes: %s', (name, kind) => {
  const readFile = () => samples.get(name) ?? '';
  const { config, warnings } = loadConfig({ env: {}, argv: ['--config', name], cwd: '/', readFile });
  expect(config.tokenService).toMatchObject({ login: { kind }, origins: ['https://app.example.com'] });
  expect(warnings).toEqual([]);
});
