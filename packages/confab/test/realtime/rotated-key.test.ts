import { expect, test } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import type { RawClient } from '../support/raw-client.ts';
import { textAt } from '../support/raw-frames.ts';
import { startTestServer, statusOf } from './support.ts';
import { tokenMaker } from './tokens.ts';

const clock = manualClock(Date.UTC(2026, 0, 1));
// The regular look at all sessions must not do what the rotation has to.
const server = await startTestServer({ parts: { clock }, limitOverrides: { busCheckMs: 3_600_000 } });
const OVERLAP_MS = 5000;

const refusal = (code: number) => ({ header: { status: { code: 401, errorCode: code } } });

async function newKey(form: Record<string, string> = {}) {
  const { body } = await server.rest('POST', '/v1/Keys', { AccountSid: server.accountSid, ...form });
  return { apiKey: textAt(body, 'sid'), apiSecret: textAt(body, 'secret') };
}

/** A key with sessions that it opened before and in its rotation, and what makes tokens with either of its secrets. */
async function rotate(overlapSeconds: number) {
  const { apiKey, apiSecret } = await newKey();
  const now = () => Math.floor(clock.now() / 1000);
  const byOld = tokenMaker({ ...server, apiKey, apiSecret }, now);
  const before = await loginWith(byOld('before'));
  const renewed = await loginWith(byOld('renewed'));
  const path = `/confab/v1/Keys/${apiKey}/Rotate`;
  const { status, body } = await server.rest('POST', path, { OverlapSeconds: String(overlapSeconds) });
  expect(status).toBe(200);
  return { before, renewed, byOld, byNew: tokenMaker({ ...server, apiKey, apiSecret: textAt(body, 'secret') }, now) };
}

async function loginWith(token: string): Promise<RawClient> {
  const client = await server.open();
  expect(statusOf((await client.init(token)).header)).toBe(200);
  return client;
}

const isHeard = async (client: RawClient) => statusOf((await client.exchange({ method: 'ping' })).header) === 200;

test('a rotated key vouches with both secrets until the overlap ends; then what the old one opened ends', async () => {
  const { before, renewed, byOld, byNew } = await rotate(OVERLAP_MS / 1000);
  const late = await loginWith(byOld('late'));
  const fresh = await loginWith(byNew('fresh'));
  expect(statusOf((await renewed.exchange({ method: 'update', token: byNew('renewed') })).header)).toBe(200);

  clock.advance(OVERLAP_MS - 1);
  for (const client of [before, late, fresh, renewed]) expect(await isHeard(client)).toBe(true);

  clock.advance(1);
  await Promise.all([before.closed, late.closed]);
  for (const client of [fresh, renewed]) expect(await isHeard(client)).toBe(true);
  const again = await server.open();
  expect(await again.init(byOld('before'))).toMatchObject(refusal(20107));
  await loginWith(byNew('before'));
});

test('without an overlap the old secret and its sessions end at once', async () => {
  const { before, byOld, byNew } = await rotate(0);
  await before.closed;
  expect(await (await server.open()).init(byOld('before'))).toMatchObject(refusal(20107));
  await loginWith(byNew('before'));
});

test('a second rotation ends what the first secret opened', async () => {
  const { apiKey, apiSecret } = await newKey();
  const client = await loginWith(tokenMaker({ ...server, apiKey, apiSecret }, () => clock.now() / 1000)('twice'));
  const path = `/confab/v1/Keys/${apiKey}/Rotate`;
  await server.rest('POST', path, {});
  expect(await isHeard(client)).toBe(true);
  await server.rest('POST', path, {});
  await client.closed;
});

test('a Restricted key vouches for nobody, whatever its policy', async () => {
  const policy = { KeyType: 'restricted', Policy: '{"allow":["/confab/tokens/create","/confab/users/*"]}' };
  const issuer = { ...server, ...(await newKey(policy)) };
  const token = tokenMaker(issuer, () => clock.now() / 1000)('mallory');
  expect(await (await server.open()).init(token)).toMatchObject(refusal(20103));
});
