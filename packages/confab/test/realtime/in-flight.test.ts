import { describe, expect, test } from 'vitest';
import { fieldsOf } from '../support/raw-frames.ts';
import { CLIENT, range, startTestServer } from './support.ts';

const server = await startTestServer({ limitOverrides: { requestsInFlightPerConnection: 4 } });

describe('requests in a burst', () => {
  test('all are answered, and the changes to one conversation are made in the order of asking', async () => {
    const conversation = await server.conversation('alice');
    const alice = await server.login('alice');
    const path = `${CLIENT}/Conversations/${conversation.sid}/Messages`;
    const answers = await Promise.all(range(0, 499).map((n) => alice.request('POST', path, { body: `message ${n}` })));
    expect(answers.map(({ status }) => status)).toEqual(Array(500).fill(201));
    expect(answers.map(({ body }) => [fieldsOf(body).index, fieldsOf(body).body])).toEqual(
      range(0, 499).map((n) => [n, `message ${n}`]),
    );
    const order = answers.map(({ packet }) => alice.packets.indexOf(packet));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test('other packets among them are heard, and the connection is read again after it', async () => {
    const conversation = await server.conversation('alice');
    const alice = await server.login('alice');
    const path = `${CLIENT}/Conversations/${conversation.sid}/Messages`;
    const all = range(0, 99).flatMap((n) => [
      alice.request('POST', path, { body: `message ${n}` }).then(({ status }) => status),
      alice.request('GET', `${CLIENT}/Configuration`).then(({ status }) => status),
      alice.exchange({ method: 'ping' }).then(({ header }) => fieldsOf(header.status).code),
    ]);
    const statuses = await Promise.all(all);
    expect(statuses).toEqual(range(0, 99).flatMap(() => [201, 200, 200]));
    expect((await alice.request('GET', `${CLIENT}/Configuration`)).status).toBe(200);
  });

  test('what waits when the socket ends is dropped, and others go on', async () => {
    const conversation = await server.conversation('alice', 'bob');
    const [alice, bob] = [await server.login('alice'), await server.login('bob')];
    const path = `${CLIENT}/Conversations/${conversation.sid}/Messages`;
    const asked = range(0, 499).map((n) =>
      alice.request('POST', path, { body: `message ${n}` }).catch(() => undefined),
    );
    await alice.until(() => alice.packets.length > 10);
    alice.socket.terminate();
    await Promise.all(asked);
    expect((await bob.request('POST', path, { body: 'mine' })).status).toBe(201);
  });
});
