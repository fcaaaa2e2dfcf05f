import { expect, test } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { createCommitGate } from '../store/support/commit-gate.ts';
import type { RawClient } from '../support/raw-client.ts';
import { fieldsOf } from '../support/raw-frames.ts';
import { range, startTestServer, statusOf } from './support.ts';

const WAITING = 8;
const clock = manualClock(Date.UTC(2026, 0, 1));
const gate = createCommitGate();
const server = await startTestServer({
  parts: { clock, wrapConnection: gate.wrapConnection },
  limitOverrides: { loginsAtOnce: 1, loginsWaiting: WAITING },
});

test('clients that come at once log in one after the other, and only those beyond the queue are sent away', async () => {
  // New users: each login waits for the commit that makes its user.
  gate.shut();
  const clients = await Promise.all(range(0, WAITING + 1).map(() => server.open()));
  const replies = clients.map(async (client, at) =>
    statusOf((await client.init(await server.token(`new ${at}`))).header),
  );
  await gate.reached();
  // The one beyond is answered though nobody has come through.
  expect(await Promise.race(replies)).toBe(429);
  // Who waits for a turn has done what was expected: only the one who is worked on can be late.
  clock.advance(DEFAULT_LIMITS.initTimeoutMs);
  gate.open();
  const outcomes = await Promise.allSettled(replies);
  const count = (outcome: unknown): number => outcomes.filter((one) => 'value' in one && one.value === outcome).length;
  expect([count(200), count(429), outcomes.filter(({ status }) => status === 'rejected').length]).toEqual([
    WAITING,
    1,
    1,
  ]);
});

let newcomers = 0;
/** Logs in as a new user, whose login waits for the commit that makes them. */
async function logIn(client: RawClient): Promise<unknown> {
  return statusOf((await client.init(await tokenOfNewcomer())).header);
}

function tokenOfNewcomer(): Promise<string> {
  newcomers += 1;
  return server.token(`newcomer ${newcomers}`);
}

const openClients = (count: number): Promise<RawClient[]> => Promise.all(range(1, count).map(() => server.open()));

test('a client that goes while it waits frees its place for the next', async () => {
  gate.shut();
  const first = logIn(await server.open());
  await gate.reached();
  const gone = await openClients(WAITING);
  for (const client of gone) {
    client.init(await tokenOfNewcomer()).catch(() => {});
    // Not allowed before the answer: the client is let go, and was in line by then.
    client.send('text');
  }
  await Promise.all(gone.map(({ closed }) => closed));
  const next = (await openClients(WAITING)).map(logIn);
  await server.rest('GET', '/v1/Services');
  gate.open();
  expect(await Promise.all([first, ...next])).toEqual(Array(WAITING + 1).fill(200));
});

test('a client whose turn does not come in time is told when to come again, and counted', async () => {
  const deferred = await server.metric('confab_realtime_logins_deferred_total');
  gate.shut();
  logIn(await server.open()).catch(() => {});
  await gate.reached();
  const clients = await openClients(WAITING + 1);
  const replies = clients.map(logIn);
  // All others are in line now.
  expect(await Promise.race(replies)).toBe(429);
  clock.advance(DEFAULT_LIMITS.loginWaitMs - 1);
  expect(clients.filter((client) => client.packets.length === 0)).toHaveLength(WAITING);
  clock.advance(1);
  expect(await Promise.all(replies)).toEqual(Array(WAITING + 1).fill(429));
  for (const { packets } of clients) {
    expect(fieldsOf(fieldsOf(packets[0]?.body).backoff_policy).reconnect_min_ms).toBeGreaterThan(0);
  }
  expect(await server.metric('confab_realtime_logins_deferred_total')).toBe(deferred + WAITING + 1);
  gate.open();
  expect(await logIn(await server.open())).toBe(200);
});

test('a client that had to wait long for its login is not taken for silent before it was pinged', async () => {
  const { keepalivePingMs, keepaliveReplyMs } = DEFAULT_LIMITS;
  gate.shut();
  const client = await server.open();
  logIn(await server.open()).catch(() => {});
  await gate.reached();
  clock.advance(9_000);
  const reply = logIn(client);
  await server.rest('GET', '/v1/Services');
  clock.advance(14_000);
  gate.openOnce();
  await gate.reached();
  clock.advance(9_000);
  gate.open();
  expect(await reply).toBe(200);
  clock.advance(keepalivePingMs + keepaliveReplyMs - 32_000);
  expect(statusOf((await client.exchange({ method: 'ping' })).header)).toBe(200);
});
