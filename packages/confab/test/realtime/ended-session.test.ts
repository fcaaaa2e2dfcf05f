import { expect, test } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import { fieldsOf } from '../support/raw-frames.ts';
import { CLIENT, eventIds, startTestServer } from './support.ts';

const clock = manualClock(Date.UTC(2026, 0, 1));
const server = await startTestServer({ parts: { clock }, limitOverrides: { requestsInFlightPerConnection: 1 } });

test('a client whose session was ended is told, and gets nothing and does nothing after it, though it stays', async () => {
  const conversation = await server.conversation('alice', 'bob');
  const [alice, bob] = [await server.login('alice'), await server.login('bob')];
  for (const client of [alice, bob]) await client.subscribe([conversation.messages, 'list', null]);

  expect((await server.rest('POST', '/confab/v1/Sessions/End', { Identity: 'alice' })).body).toEqual({ ended: 1 });
  await alice.until(() => alice.packets.some(({ header }) => header.method === 'close'));
  expect(alice.packets.at(-1)).toMatchObject({ header: { method: 'close', status: { code: 401 } } });
  expect(alice.isOpen()).toBe(true);

  const path = `${CLIENT}/Conversations/${conversation.sid}/Messages`;
  alice.request('POST', path, { body: 'from alice' }).catch(() => {});
  await conversation.send('after');
  await bob.until(() => eventIds(bob, conversation.messages).length === 1);
  await server.rest('GET', '/v1/Services');
  clock.advance(5000);
  expect(await alice.closed).toMatchObject({ code: 1006 });
  expect(eventIds(alice, conversation.messages)).toEqual([]);
  expect(eventIds(bob, conversation.messages)).toEqual([1]);
  expect(bob.events.map(({ fields }) => fieldsOf(fields.item_data).text)).toContain('after');
  expect(server.sql('SELECT body FROM messages')).toEqual([{ body: 'after' }]);
});
