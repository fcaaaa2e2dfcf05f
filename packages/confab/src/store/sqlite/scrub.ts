import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SqliteConnection } from './sqlite-connection.ts';

/** Turns of the loop that a transaction of the writer's may take. */
const TURNS = 10_000;

/** What is taken out of the full text is only marked as gone until its parts are put together. */
function forgetRemovedWords({ database }: SqliteConnection): void {
  for (const index of ['messages_search', 'conversations_search']) {
    database.exec(`INSERT INTO ${index} (${index}) VALUES ('optimize')`);
  }
}

/**
 * Empties the write-ahead log, in which deleted content is still to be read, once the writer is between two transactions. `rewrite`: first
 * writes the whole file anew, for content that was deleted before it was overwritten on deletion. Throws when another connection is in the way.
 */
export async function scrub(connection: SqliteConnection, { rewrite = false } = {}): Promise<void> {
  for (let turn = 0; connection.inTransaction(); turn += 1) {
    if (turn === TURNS) throw new Error('The writer did not come to rest: the log could not be emptied.');
    await nextTurn();
  }
  forgetRemovedWords(connection);
  // From here on nothing is awaited, so that no transaction begins in between.
  if (rewrite) connection.database.exec('VACUUM');
  const answer = connection.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  if (answer?.busy !== 0) throw new Error('Another connection holds the write-ahead log: it could not be emptied.');
}
