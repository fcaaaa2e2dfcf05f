import { expect, test } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { createCommitGate } from '../store/support/commit-gate.ts';
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
