import { describe, expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../../src/clock.ts';
import type { RawClient } from '../support/raw-client.ts';
import { textAt } from '../support/raw-frames.ts';
import { eventIds, range, startTestServer, statusOf } from './support.ts';
import { tokenMaker } from './tokens.ts';

const clock: ManualClock = manualClock(Date.UTC(2026, 0, 1));
// Time leaps here: nobody is to be pinged.
const server = await startTestServer({ parts: { clock }, limitOverrides: { keepalivePingMs: 1_000_000_000 } });
const make = tokenMaker(server, () => Math.floor(clock.now() / 1000));

const lasting = (seconds: number) => ({ claims: { exp: Math.floor(clock.now() / 1000) + seconds } });
const advance = (seconds: number) => clock.advance(seconds * 1000);
const warnings = (client: RawClient) =>
  client.packets.filter(({ header }) => header.client_update_type === 'token_about_to_expire').length;

async function login(identity: string, seconds: number): Promise<RawClient> {
  const client = await server.open();
  expect(statusOf((await client.init(make(identity, lasting(seconds)))).header)).toBe(200);
  return client;
}

const update = (client: RawClient, token: string) => client.exchange({ method: 'update', token });
const ping = (client: RawClient) => client.exchange({ method: 'ping' });

describe('the end of a token', () => {
  test('is told 180 s before, once, and then the socket is dropped', async () => {
    const client = await login('alice', 600);
    advance(419);
    await ping(client);
    expect(warnings(client)).toBe(0);
    advance(1);
    await ping(client);
    expect(warnings(client)).toBe(1);
    advance(179);
    await ping(client);
    expect([warnings(client), client.isOpen()]).toEqual([1, true]);
    advance(1);
    // Dropped, not closed: no close frame came.
    expect(await client.closed).toMatchObject({ code: 1006 });
  });

  test('is told at once when it is near already', async () => {
    const client = await login('alice', 100);
    advance(0);
    await client.until(() => warnings(client) === 1);
    advance(100);
    await client.closed;
  });

  test('comes all the same after the clock has jumped, as when the machine slept', async () => {
    const client = await login('alice', 600);
    clock.jumpTo(clock.now() + 7_200_000);
    await client.closed;
  });
});

describe('a new token on a live connection', () => {
  test('starts its time anew, and subscriptions stay', async () => {
    const conversation = await server.conversation('alice');
    const client = await login('alice', 600);
    await client.subscribe([conversation.messages, 'list', null]);
    advance(500);
    await ping(client);
    expect(warnings(client)).toBe(1);
    expect(statusOf((await update(client, make('alice', lasting(1000)))).header)).toBe(200);
    advance(819);
    await ping(client);
    expect([warnings(client), client.isOpen()]).toEqual([1, true]);
    await conversation.send('one');
    await client.until(() => eventIds(client, conversation.messages).length === 1);
    advance(1);
    await ping(client);
    expect(warnings(client)).toBe(2);
    advance(180);
    await client.closed;
    expect(eventIds(client, conversation.messages)).toEqual(range(1, 1));
  });

  test('may be shorter than the old one', async () => {
    const client = await login('alice', 3600);
    await update(client, make('alice', lasting(10)));
    advance(10);
    await client.closed;
  });

  test('for another user or service is refused, and the socket closed', async () => {
    const { body } = await server.rest('POST', '/v1/Services', { FriendlyName: 'other' });
    const grants = { identity: 'alice', chat: { service_sid: textAt(body, 'sid') } };
    for (const token of [make('bob'), make('alice', { claims: { grants } })]) {
      const client = await login('alice', 600);
      expect((await update(client, token)).header).toMatchObject({ status: { code: 401, errorCode: 51130 } });
      await client.closed;
    }
  });

  test('that is not good is refused with its code, and the socket closed', async () => {
    for (const [token, errorCode] of [
      ['nonsense', 20101],
      [make('alice', lasting(0)), 20104],
      [make('alice', { secret: 'wrong' }), 20107],
    ] as const) {
      const client = await login('alice', 600);
      expect((await update(client, token)).header).toMatchObject({ status: { code: 401, errorCode } });
      await client.closed;
    }
  });
});

/** How many timers there are while nobody comes or goes: background work sets its own when it rests. */
async function timersAtRest(): Promise<number> {
  let count = -1;
  let unchanged = 0;
  const look = (): number => {
    const found = clock.pendingTimers();
    unchanged = found === count ? unchanged + 1 : 0;
    count = found;
    return unchanged;
  };
  await expect.poll(look).toBe(10);
  return count;
}

test('connections that have ended leave no timers behind', async () => {
  const idle = await timersAtRest();
  const clients = await Promise.all(range(1, 5).map((n) => login(`user ${n}`, 600)));
  expect(clock.pendingTimers()).toBeGreaterThan(idle);
  // The new token arrives together with the end of the connection.
  for (const client of clients) {
    update(client, make('user 1', lasting(80_000))).catch(() => {});
    client.socket.terminate();
  }
  const other = await login('other', 600);
  await expect.poll(() => clock.pendingTimers()).toBe(idle + 2);
  await other.close();
  await expect.poll(() => clock.pendingTimers()).toBe(idle);
});

describe('time before and between', () => {
  test('who does not log in within 10 s is let go', async () => {
    const client = await server.open();
    const late = await server.open();
    advance(9.999);
    expect(statusOf((await late.init(make('alice'))).header)).toBe(200);
    advance(0.001);
    expect(await client.closed).toMatchObject({ code: 1002 });
    expect(late.isOpen()).toBe(true);
  });
});
