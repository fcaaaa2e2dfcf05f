import { expect, test } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import { LONG } from '../store/support/follow-log.ts';
import { startTestServer } from './support.ts';

const clock = manualClock(Date.UTC(2026, 0, 1));
const server = await startTestServer({ parts: { clock } });

test('who is erased is let go, does not come back with an old token, and is somebody new with a new one', async () => {
  const old = await server.token('zoe');
  const client = await server.open();
  await client.init(old);
  const authorization = `Basic ${Buffer.from(`${server.accountSid}:${server.authToken}`).toString('base64')}`;
  const erased = await fetch(`${server.url}/confab/v1/Erasures`, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams({ Identity: 'zoe', Messages: 'delete' }),
  });
  expect(erased.status).toBe(202);
  await client.closed;

  const again = await server.open();
  expect((await again.init(old)).header).toMatchObject({ status: { code: 401, errorCode: 20101 } });
  expect(server.sql(`SELECT sid FROM users WHERE identity = 'zoe'`)).toEqual([]);
  // In another second than the erasure; by then the rest of it is done.
  clock.advance(1000);
  await expect
    .poll(() => server.sql('SELECT status, name FROM erasures'), LONG)
    .toEqual([{ status: 'completed', name: null }]);
  const anew = await server.open();
  expect((await anew.init(await server.token('zoe'))).header).toMatchObject({ status: { code: 200 } });
});
