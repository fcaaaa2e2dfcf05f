import { hasUnsearchable, makeSearchable, type Searched, type Store } from '../../store/seam.ts';

const TABLES: readonly Searched[] = ['conversations', 'messages'];

/** Makes up to `limit` rows of each kind findable that came since the last time. Resolves with how many there were. */
export async function keepSearchable(store: Store, limit: number): Promise<number> {
  let done = 0;
  for (const table of TABLES) {
    if (await hasUnsearchable(store.read, table)) {
      done += await store.write(({ db }) => makeSearchable(db, table, limit));
    }
  }
  return done;
}
