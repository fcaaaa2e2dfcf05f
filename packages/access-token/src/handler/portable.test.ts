import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { accountSid, apiKey, apiSecret, serviceSid } from '../test-support/fixtures.ts';

/** What every web-standard runtime has, and nothing of Node. */
const WEB = {
  AbortSignal,
  atob,
  btoa,
  crypto,
  fetch,
  Headers,
  Request,
  Response,
  TextDecoder,
  TextEncoder,
  Uint8Array,
  URL,
};

it('needs nothing but web standards', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./index.ts', import.meta.url))],
    bundle: true,
    write: false,
    // Fails on every import of a module of Node's.
    platform: 'browser',
    format: 'iife',
    globalName: 'endpoint',
  });
  const context = createContext({ ...WEB, accountSid, apiKey, apiSecret, serviceSid });
  runInContext(outputFiles[0]?.text ?? '', context);
  const found: unknown = await runInContext(
    `(async () => {
      if (typeof process !== 'undefined' || typeof Buffer !== 'undefined') throw new Error('this is Node');
      const session = endpoint.sessionCookie({ secrets: ['session-secret-0123456789abcdefghij'] });
      const cookie = (await session.begin({ identity: 'Zoë' })).split(';')[0];
      const handler = endpoint.createTokenHandler({
        credentials: { accountSid, apiKey, apiSecret },
        authenticate: session,
        grants: { chat: { serviceSid } },
      });
      const ask = (headers) => handler(new Request('https://api.example/token', { method: 'POST', headers }));
      const wrong = await ask({ cookie: cookie + 'x' });
      const answer = await ask({ cookie });
      return JSON.stringify([wrong.status, answer.status, await answer.json()]);
    })()`,
    context,
  );
  expect(JSON.parse(String(found))).toEqual([
    401,
    200,
    { token: expect.stringMatching(/^eyJ/), identity: 'Zoë', expires_in: 3600 },
  ]);
});
