import { expect, test } from 'vitest';
import type { RawClient } from '../support/raw-client.ts';
import { createHeldBus } from './held-bus.ts';
import { startTestServer, statusOf } from './support.ts';
import { tokenMaker } from './tokens.ts';

const bus = createHeldBus();
// Nothing but the bus, and the client itself, has the server look.
const server = await startTestServer({ parts: { bus }, limitOverrides: { busCheckMs: 3_600_000 } });
const make = tokenMaker(server, () => Math.floor(Date.now() / 1000));

const isTold = ({ packets }: RawClient): boolean => packets.some(({ header }) => header.method === 'close');

async function end(filter: Record<string, string>): Promise<void> {
  expect((await server.rest('POST', '/confab/v1/Sessions/End', filter)).status).toBe(200);
}

async function login(identity: string, jti: string): Promise<RawClient> {
  const client = await server.open();
  expect(statusOf((await client.init(make(identity, { claims: { jti } }))).header)).toBe(200);
  return client;
}

test.each([{ Identity: 'alice' }, { TokenId: 'old' }])(
  'a new token is no way round an end that the bus has lost: %j',
  async (filter: Record<string, string>) => {
    const client = await login('alice', 'old');
    bus.hold();
    await end(filter);
    bus.lose();
    client.exchange({ method: 'update', token: make('alice', { claims: { jti: 'new' } }) }).catch(() => {});
    await client.until(() => isTold(client));
    expect(client.packets.at(-1)).toMatchObject({ header: { method: 'close', status: { code: 401 } } });
  },
);

test('a new token is not hit by what was ended before it came, and is by what is ended after', async () => {
  const client = await login('alice', 'first');
  await end({ TokenId: 'second' });
  const token = make('alice', { claims: { jti: 'second' } });
  expect(statusOf((await client.exchange({ method: 'update', token })).header)).toBe(200);
  const witness = await login('bob', 'witness');
  await end({ TokenId: 'first' });
  await end({ Identity: 'bob' });
  // Applied in order: what came before is done.
  await witness.until(() => isTold(witness));
  await client.exchange({ method: 'ping' });
  expect(isTold(client)).toBe(false);
  await end({ TokenId: 'second' });
  await client.until(() => isTold(client));
});
