import { createHash } from 'node:crypto';
import { expect, it, test } from 'vitest';
import { roleSid } from '../test-support/fixtures.ts';
import { type BearerTokenOptions, bearerToken, hashApiToken } from './bearer-token.ts';
import { reasonOf, requestWith } from './test-support/endpoint.ts';

const TOKEN = 'api-token-0123456789abcdefghijklmnop';
const sha256 = createHash('sha256').update(TOKEN).digest('hex');
const authenticate = (authorization: string, options: BearerTokenOptions = { tokens: [{ sha256, identity: 'bot' }] }) =>
  bearerToken(options).authenticate(requestWith({ authorization }));

it('hashes a token with SHA-256', async () => {
  expect(await hashApiToken(TOKEN)).toBe(sha256);
});

test.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER  ${TOKEN}`])(
  '%j is the holder of the token',
  async (header) => {
    expect(await authenticate(header)).toEqual({ identity: 'bot' });
  },
);

test.each([
  '',
  TOKEN,
  `Basic ${TOKEN}`,
  'Bearer',
  `Bearer ${TOKEN.slice(0, -1)}`,
  `Bearer ${TOKEN}x`,
  `Bearer ${TOKEN}, Bearer ${TOKEN}`,
  `Bearer ${TOKEN} x`,
  `Bearer ${sha256}`,
  `Bearer ${'a'.repeat(100_000)}`,
])('%j is nobody', async (header) => {
  expect(reasonOf(await authenticate(header))).toMatch(/^(there is no bearer token|the bearer token is not known)$/);
});

it('names the right holder of several, with role and end', async () => {
  const tokens = [
    { sha256: await hashApiToken('one'), identity: 'one' },
    { sha256, identity: 'bot', deploymentRoleSid: roleSid, sessionEndsAt: 1_800_000_000 },
    { sha256: await hashApiToken('three'), identity: 'three' },
  ];
  expect(await authenticate(`Bearer ${TOKEN}`, { tokens })).toEqual({
    identity: 'bot',
    deploymentRoleSid: roleSid,
    sessionEndsAt: 1_800_000_000,
  });
});

it('looks up by hash, and never sees less', async () => {
  const find = async (hash: string) => (hash === sha256 ? { identity: 'found' } : undefined);
  expect(await authenticate(`Bearer ${TOKEN}`, { find })).toEqual({ identity: 'found' });
  expect(reasonOf(await authenticate(`Bearer ${sha256}`, { find }))).toBe('the bearer token is not known');
});

test.each([TOKEN, sha256.toUpperCase(), '', sha256.slice(1)])('%j is no hash', (hash) => {
  expect(() => bearerToken({ tokens: [{ sha256: hash, identity: 'bot' }] })).toThrow(
    expect.objectContaining({ code: 'invalid_token_hash', message: expect.not.stringContaining(TOKEN) }),
  );
});

it('needs tokens or a way to find them', () => {
  expect(() => bearerToken({})).toThrow(expect.objectContaining({ code: 'invalid_token_hash' }));
});
