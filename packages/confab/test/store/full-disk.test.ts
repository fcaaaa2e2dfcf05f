import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ConversationRow, createConversation, listMessages, sendMessage } from '../../src/domain/index.ts';
import { SQLITE_FILE, type SqlConnection } from '../../src/store/index.ts';
import { domainOver, emptyDatabase, openTestStore, type TestDomain } from '../support/store.ts';

/** Some pages of 4 KiB each, and several to a page of an index. */
const BODY = 'x'.repeat(20_000);

const BATCH = 8;

describe('a full disk under SQLite (invariant 12)', () => {
  let folder: string;
  let domain: TestDomain;
  let conversation: ConversationRow;
  let pragma: (sql: string) => Promise<unknown>;
  /** How often a statement failed and left no transaction behind. */
  let endedByEngine: number;

  beforeEach(async () => {
    endedByEngine = 0;
    const location = await emptyDatabase('sqlite');
    if (location.engine !== 'sqlite') throw new Error('not SQLite');
    folder = location.folder;
    let writer: SqlConnection | undefined;
    const store = await openTestStore(location, {
      wrapConnection(connection) {
        writer = connection;
        return {
          ...connection,
          async execute(sql, parameters) {
            const inTransaction = connection.inTransaction();
            try {
              return await connection.execute(sql, parameters);
            } catch (error) {
              if (inTransaction && !connection.inTransaction()) endedByEngine += 1;
              throw error;
            }
          },
        };
      },
    });
    pragma = async (sql) => Object.values((await writer?.execute(sql, []))?.rows[0] ?? {})[0];
    domain = await domainOver(store);
    conversation = await domain.execute(createConversation, domain.account, { service: domain.service });
  });

  const send = (body: string) =>
    domain.execute(sendMessage, domain.account, { service: domain.service, conversation, body });

  /** The first word of each stored message, as somebody sees it who opens the file anew. */
  function stored(): unknown[] {
    const database = new DatabaseSync(join(folder, SQLITE_FILE), { readOnly: true });
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    const rows = database.prepare('SELECT body FROM messages ORDER BY "index"').all();
    database.close();
    return rows.map(({ body }) => String(body).split(' ')[0]);
  }

  it('loses no acknowledgement, gives no false one, and is over when there is room again', async () => {
    const expected: string[] = [];
    let refused = 0;
    // Full after one page more than there are, after two, …: at each point of the batch.
    for (let room = 1; room <= 60; room += 3) {
      await pragma(`PRAGMA max_page_count = ${Number(await pragma('PRAGMA page_count')) + room}`);
      const words = Array.from({ length: BATCH }, (_, number) => `${room}.${number}`);
      const results = await Promise.allSettled(words.map((word) => send(`${word} ${BODY}`)));
      for (const [at, result] of results.entries()) {
        if (result.status === 'fulfilled') expected.push(words[at] ?? '');
        else {
          refused += 1;
          expect(result.reason).toMatchObject({ name: 'StoreUnavailableError', cause: { errcode: 13 } });
        }
      }
      expect(stored()).toEqual(expected);
      // Reads go on.
      const [newest] = await listMessages(domain.store.read, conversation.id, { order: 'desc', limit: 1 });
      expect(newest?.index).toBe(expected.length === 0 ? undefined : expected.length - 1);

      await pragma('PRAGMA max_page_count = 1073741823');
      expect((await send('roomy')).index).toBe(expected.length);
      expected.push('roomy');
    }
    expect(stored()).toEqual(expected);
    expect(refused).toBeGreaterThan(BATCH);
    expect(expected.length).toBeGreaterThan(BATCH * 5);
    expect(endedByEngine).toBeGreaterThan(0);
    expect(domain.store.statistics().discardedBatches).toBeGreaterThan(0);
  });

  it('publishes exactly what is stored', async () => {
    await pragma(`PRAGMA max_page_count = ${Number(await pragma('PRAGMA page_count')) + 25}`);
    domain.store.published.length = 0;
    await Promise.allSettled(Array.from({ length: BATCH }, (_, number) => send(`${number} ${BODY}`)));
    const told = domain.store.published
      .flatMap((changeSet) => changeSet.changes)
      .flatMap((change) => (change.object === 'messages' && change.action === 'added' ? [change.row] : []));
    expect(told.map(({ body }) => String(body).split(' ')[0])).toEqual(stored());
    expect(told.map(({ index }) => index)).toEqual(told.map((_, at) => at));
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(BATCH);
  });
});
