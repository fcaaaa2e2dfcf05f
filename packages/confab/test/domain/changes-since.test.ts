import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  addParticipant,
  changesSince,
  createConversation,
  expireTombstones,
  listRoster,
  removeMessage,
  removeParticipant,
  type SyncObject,
  sendMessage,
} from '../../src/domain/index.ts';
import { type ReadDb, SQLITE_FILE, type StoreLocation } from '../../src/store/index.ts';
import { openPostgresConnection } from '../../src/store/postgres/postgres-connection.ts';
import { kyselyOnConnection } from '../../src/store/sql-connection.ts';
import { openSqliteConnection } from '../../src/store/sqlite/sqlite-connection.ts';
import { databaseOfSuite, domainOver, onEachEngine, openTestStore } from '../support/store.ts';

/** Reads on a connection of its own, and waits for `between` before each statement that begins as told. */
async function readerWith(location: StoreLocation, statement: RegExp, between: () => Promise<void>): Promise<ReadDb> {
  const connection =
    location.engine === 'sqlite'
      ? openSqliteConnection(join(location.folder, SQLITE_FILE), { readOnly: true })
      : await openPostgresConnection(location.url, () => {});
  onTestFinished(() => connection.close());
  return kyselyOnConnection(location.engine, {
    ...connection,
    async execute(sql, parameters) {
      if (statement.test(sql)) await between();
      return connection.execute(sql, parameters);
    },
  });
}

onEachEngine('a replay while others write', (engine) => {
  const location = databaseOfSuite(engine);

  async function setUp() {
    const domain = await domainOver(await openTestStore(location()));
    const { execute, account, service, store } = domain;
    const conversation = await execute(createConversation, account, { service });
    const target = { service, conversation };
    const ref = { sid: conversation.sid, service_sid: service.sid };
    return {
      store,
      read: store.read,
      conversation,
      object: (kind: 'messages' | 'roster'): SyncObject => ({ kind, id: conversation.id, conversation: ref }),
      memberships: async (identity: string): Promise<SyncObject> => {
        const { id, sid } = await store.read
          .selectFrom('users')
          .select(['id', 'sid'])
          .where('identity', '=', identity)
          .executeTakeFirstOrThrow();
        return { kind: 'memberships', id, user: { sid, service_sid: service.sid } };
      },
      send: (body: string) => execute(sendMessage, account, { ...target, body }),
      remove: (messageSid: string) => execute(removeMessage, account, { ...target, messageSid }),
      add: (identity: string) => execute(addParticipant, account, { ...target, identity, joinPolicy: 'sid' }),
      leave: (sidOrIdentity: string) => execute(removeParticipant, account, { ...target, sidOrIdentity }),
    };
  }

  /** Reads until it is told that there is no more. Returns the keys of the items that a client has then. */
  async function replay(read: ReadDb, object: SyncObject, keyOf: (row: { sid: string }) => string): Promise<string[]> {
    const keys = new Set<string>();
    let position = 0;
    for (let quiet = 0; quiet < 2; ) {
      const page = await changesSince(read, object, position, 100);
      if (page === undefined || page === 'too old') throw new Error(`The replay is ${page}.`);
      for (const change of page.changes) {
        expect(change.event).toBeGreaterThan(position);
        position = change.event;
        if (change.object === 'channel' || change.object === 'user_info') continue;
        if (change.action === 'removed') keys.delete(change.key);
        else keys.add(keyOf(change.row));
      }
      expect(page.upTo).toBeGreaterThanOrEqual(position);
      position = page.upTo;
      // Once more, as a node does that has heard of a newer event.
      quiet = page.changes.length === 0 ? quiet + 1 : 0;
    }
    return [...keys];
  }

  it('misses no addition that is committed between its look at the removals and its look at the items', async () => {
    const { read, conversation, object, add, leave } = await setUp();
    await add('ann');
    await add('bob');
    let writes = [() => add('cleo'), () => leave('bob'), () => add('dora')];
    const slow = await readerWith(location(), /^select "participants"/, async () => {
      const now = writes;
      writes = [];
      for (const write of now) await write();
    });
    const sids = await replay(slow, object('roster'), ({ sid }) => sid);
    const roster = await listRoster(read, conversation.id, { order: 'asc', limit: 10 });
    expect(roster.map(({ identity }) => identity).sort()).toEqual(['ann', 'cleo', 'dora']);
    expect(sids.sort()).toEqual(roster.map(({ sid }) => sid).sort());
  });

  it.each([1, 2, 3, 4, 5])(
    'never adds what its reader has, though it is removed again before look %i',
    async (look) => {
      const { memberships, add, leave } = await setUp();
      const user = `ann ${look}`;
      await add(user);
      const object = await memberships(user);
      // The reader has the conversation; then its user has left and come back.
      await leave(user);
      await add(user);
      let looks = 0;
      const slow = await readerWith(location(), /^select/, async () => {
        looks += 1;
        if (looks === look) await leave(user);
      });
      const page = await changesSince(slow, object, 1, 100);
      expect(looks).toBeGreaterThanOrEqual(look);
      expect(page).toMatchObject({ changes: expect.any(Array) });
      const [first] = typeof page === 'object' ? page.changes : [];
      expect(first?.action ?? 'removed').toBe('removed');
    },
  );

  it('misses no removal that is committed before any of its looks', async () => {
    const { object, send, remove } = await setUp();
    const messages = await Promise.all(['one', 'two', 'three', 'four', 'five'].map(send));
    const left = new Set(messages.map(({ sid }) => sid));
    const slow = await readerWith(location(), /^select/, async () => {
      const [sid] = left;
      if (sid === undefined) return;
      left.delete(sid);
      await remove(sid);
      await send('one more');
    });
    const keys = await replay(slow, object('messages'), (row) => ('index' in row ? String(row.index) : ''));
    // Five were removed, and one sent for each.
    expect(keys.map(Number).sort((a, b) => a - b)).toEqual([5, 6, 7, 8, 9]);
  });

  it('is refused when the removals that it has to tell expire while it looks', async () => {
    const { store, object, send, remove } = await setUp();
    const { sid } = await send('one');
    await send('two');
    await remove(sid);
    let expired = 0;
    const slow = await readerWith(location(), /"sync_tombstones"/, async () => {
      expired += await expireTombstones(store, Number.MAX_SAFE_INTEGER, 1000);
    });
    // Who has the message keeps it for ever if it is not told here.
    expect(await changesSince(slow, object('messages'), 2, 100)).toBe('too old');
    expect(expired).toBeGreaterThan(0);
  });
});
