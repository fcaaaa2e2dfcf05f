import { expect, test } from 'vitest';
import type { SqlConnection } from '../../src/store/index.ts';
import { fieldsOf } from '../support/raw-frames.ts';
import { CLIENT, range, startTestServer } from './support.ts';

/** Holds COMMIT while it is shut. */
function createGate() {
  let shut: Promise<void> | undefined;
  let open = (): void => {};
  return {
    wrapConnection: (connection: SqlConnection): SqlConnection => ({
      ...connection,
      async execute(sql, parameters) {
        if (sql === 'COMMIT') await shut;
        return connection.execute(sql, parameters);
      },
    }),
    shut() {
      shut = new Promise((resolve) => {
        open = resolve;
      });
    },
    open: () => open(),
  };
}

test('what is in flight and what waits behind it is answered before the sockets close', async () => {
  const gate = createGate();
  const server = await startTestServer({
    parts: { wrapConnection: gate.wrapConnection },
    limitOverrides: { requestsInFlightPerConnection: 4 },
  });
  const conversation = await server.conversation('alice', 'bob');
  const [alice, bob, stranger] = [await server.login('alice'), await server.login('bob'), await server.open()];
  await bob.subscribe([conversation.messages, 'list', null]);

  gate.shut();
  const path = `${CLIENT}/Conversations/${conversation.sid}/Messages`;
  const asked = range(0, 9).map((n) => alice.request('POST', path, { body: `message ${n}` }));
  // Answered after the requests before it were read.
  await alice.exchange({ method: 'ping' });
  const stopped = server.stop();
  await stranger.closed;
  expect(alice.isOpen()).toBe(true);
  gate.open();

  const answers = await Promise.all(asked);
  expect(answers.map(({ status, body }) => [status, fieldsOf(body).index])).toEqual(range(0, 9).map((n) => [201, n]));
  expect(await alice.closed).toMatchObject({ code: 1001 });
  await bob.closed;
  await stopped;
  await expect(server.open()).rejects.toThrow();
});

test('a client that never answers the close does not hold up the stop', async () => {
  const server = await startTestServer();
  const client = await server.login('alice');
  client.socket.pause();
  await server.stop();
  client.socket.resume();
  await client.closed;
}, 20_000);
