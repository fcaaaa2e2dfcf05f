import { expect, test } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import type { RawClient } from '../support/raw-client.ts';
import { startTestServer } from './support.ts';

const clock = manualClock(Date.UTC(2026, 0, 1));
const server = await startTestServer({ parts: { clock } });
const pings = (client: RawClient) => client.packets.filter(({ header }) => header.method === 'ping').length;

/** Moves to the next ping, and lets the server hear what the client answers, if it does. */
async function nextPing(client: RawClient, round: number): Promise<void> {
  clock.advance(30_000);
  await client.until(() => pings(client) === round, 'the ping');
  // Handled after the acknowledgement, since it was sent after it; over REST, because it must not count as a sign of life.
  await server.rest('GET', '/v1/Services');
}

test('a client is pinged every 30 s, and stays as long as it answers', async () => {
  const client = await server.login('alice');
  for (let round = 1; round <= 5; round += 1) {
    await nextPing(client, round);
    clock.advance(15_000);
  }
  expect(client.isOpen()).toBe(true);
  const ids = client.packets.filter(({ header }) => header.method === 'ping').map(({ header }) => header.id);
  expect(new Set(ids).size).toBe(5);
});

test('a client that does not answer is dropped 15 s after the ping', async () => {
  const client = await server.login('alice', { acknowledge: false });
  await nextPing(client, 1);
  clock.advance(14_999);
  expect(client.isOpen()).toBe(true);
  clock.advance(1);
  expect(await client.closed).toMatchObject({ code: 1006 });
});

test('any packet is a sign of life', async () => {
  const client = await server.login('alice', { acknowledge: false });
  for (let round = 1; round <= 3; round += 1) {
    await nextPing(client, round);
    await client.exchange({ method: 'ping' });
    clock.advance(15_000);
  }
  expect(client.isOpen()).toBe(true);
});
