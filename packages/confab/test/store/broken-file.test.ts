import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SQLITE_FILE, type SqlConnection } from '../../src/store/index.ts';
import { emptyDatabase, openTestStore } from '../support/store.ts';

describe('a SQLite file that is damaged while it is open', () => {
  it('refuses reads as something that the engine cannot do now, not as an answer', async () => {
    const location = await emptyDatabase('sqlite');
    if (location.engine !== 'sqlite') throw new Error('not SQLite');
    let writer: SqlConnection | undefined;
    const store = await openTestStore(location, {
      wrapConnection(connection) {
        writer = connection;
        return connection;
      },
    });
    await store.write(({ db }) =>
      db
        .insertInto('meta')
        .values(Array.from({ length: 500 }, (_, number) => ({ key: `key ${number}`, value: 'x'.repeat(2000) })))
        .execute(),
    );
    await writer?.execute('PRAGMA wal_checkpoint(TRUNCATE)', []);
    truncateSync(join(location.folder, SQLITE_FILE), 64 * 1024);
    const read = store.read.selectFrom('meta').selectAll().limit(1000).execute();
    await expect(read).rejects.toMatchObject({ name: 'StoreUnavailableError' });
  });
});
