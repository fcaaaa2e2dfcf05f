import { describe, expect, test } from 'vitest';
import { createLogger } from '../../src/logging.ts';
import { createHeldBus } from './held-bus.ts';
import { CLIENT, eventIds, startTestServer, statusOf } from './support.ts';

// What goes wrong here is logged as an error, and that is right.
const logger = createLogger({ level: 'silent' });
const bus = createHeldBus();
const server = await startTestServer({ parts: { logger, bus } });

/** Takes a table away, for as long as the work takes. */
async function without(table: string, work: () => Promise<void>): Promise<void> {
  server.sql(`ALTER TABLE ${table} RENAME TO away`);
  try {
    await work();
  } finally {
    server.sql(`ALTER TABLE away RENAME TO ${table}`);
  }
}

describe('an error that nobody foresaw', () => {
  test('at init: 500, so that the SDK dials again', async () => {
    const client = await server.open();
    const token = await server.token('alice');
    await without('api_keys', async () => {
      expect(statusOf((await client.init(token)).header)).toBe(500);
      await client.closed;
    });
  });

  test('at an update: the same', async () => {
    const client = await server.login('alice');
    const token = await server.token('alice');
    await without('api_keys', async () => {
      expect(statusOf((await client.exchange({ method: 'update', token })).header)).toBe(500);
      await client.closed;
    });
  });

  test('in a request: 500 without details, and the connection goes on', async () => {
    const alice = await server.login('alice');
    await without('participants', async () => {
      expect(await alice.request('GET', `${CLIENT}/MyConversations`)).toMatchObject({
        status: 500,
        body: { code: 20500, message: 'Internal Server Error', status: 500 },
      });
    });
    expect((await alice.request('GET', `${CLIENT}/MyConversations`)).status).toBe(200);
  });

  test('in a subscription: no answer, and the client asks again', async () => {
    const conversation = await server.conversation('alice');
    const alice = await server.login('alice');
    await without('participants', async () => {
      alice.subscribe([conversation.messages, 'list', 0]).catch(() => {});
      await alice.exchange({ method: 'ping' });
      expect(alice.events).toEqual([]);
    });
    const [result] = await alice.subscribe([conversation.messages, 'list', 0]);
    expect(result?.type).toBe('subscription_established');
  });
});

test('a client whose established subscription cannot be kept is dropped, and comes again', async () => {
  const conversation = await server.conversation('bob');
  // Alice looks at the channel without being in it; a change of her rights has it looked up again.
  const alice = await server.login('alice');
  await alice.subscribe([conversation.channel, 'document', null]);
  const [user] = server.sql('SELECT sid FROM users WHERE identity = ?', 'alice');
  await without('participants', async () => {
    bus.publish({ changes: [], rechecks: [{ of: 'user', sid: String(user?.sid) }] });
    await alice.closed;
  });
  const again = await server.login('alice');
  await conversation.send('one');
  await again.subscribe([conversation.channel, 'document', 0]);
  expect(eventIds(again, conversation.channel)).toEqual([1]);
});
