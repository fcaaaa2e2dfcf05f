import { describe, expect, test } from 'vitest';
import { clientFor } from '../packages/confab/test/support/rest-server.ts';
import {
  credentials,
  type KillableServer,
  ROUNDS,
  ROUNDS_TIMEOUT_MS,
  STORES,
  withKillableServer,
} from './support/killable-server.ts';

/** Sends that are under way at once. */
const SENDERS = 8;

for (const store of STORES) {
  describe(
    `a server on ${store.name} that is killed while backends send with an Idempotency-Key`,
    store.options,
    () => {
      test(
        `${ROUNDS} times: whoever got no answer sends again, and every message is there once`,
        () => withKillableServer(store, killAndRetry),
        ROUNDS_TIMEOUT_MS,
      );
    },
  );
}

async function killAndRetry(server: KillableServer): Promise<void> {
  await server.start();
  const helper = clientFor(server.url, credentials.accountSid, credentials.authToken);
  const { sid } = await helper.conversations.v1.conversations.create();
  const path = `${server.url}/v1/Conversations/${sid}/Messages`;
  const indexes = new Map<string, number>();

  for (let round = 0; round < ROUNDS; round += 1) {
    const started = indexes.size;
    let killed = false;
    let number = 0;
    /** Sends one after the other until the server is gone. Resolves with what got no answer. */
    const sender = async (): Promise<string> => {
      for (;;) {
        number += 1;
        const name = `${round}-${number}`;
        const index = await send(path, name);
        if (index === undefined) return name;
        indexes.set(name, index);
        if (indexes.size >= started + 40 && !killed) {
          killed = true;
          void server.kill();
        }
      }
    };
    const unanswered = await Promise.all(Array.from({ length: SENDERS }, sender));
    await server.kill();
    await server.start();
    for (const name of unanswered) {
      const index = await send(path, name);
      if (index === undefined) throw new Error('A server that runs answers.');
      indexes.set(name, index);
    }
    // And those that were answered are answered with the same.
    for (const [name, index] of [...indexes].slice(-SENDERS)) expect(await send(path, name)).toBe(index);
  }
  const stored = await helper.conversations.v1.conversations(sid).messages.list();
  expect(stored.map(({ index }) => index)).toEqual(stored.map((_, at) => at));
  expect(new Map(stored.map(({ body, index }) => [body, index]))).toEqual(indexes);
  expect(stored).toHaveLength(indexes.size);
}

/** The index of the message; undefined when the server is not there to answer. */
async function send(path: string, name: string): Promise<number | undefined> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${credentials.accountSid}:${credentials.authToken}`)}`,
        'idempotency-key': name,
      },
      body: new URLSearchParams({ Body: name }),
    });
  } catch {
    return undefined;
  }
  const message: unknown = await answer.json().catch(() => undefined);
  if (typeof message === 'object' && message !== null && 'index' in message) return Number(message.index);
  return undefined;
}
