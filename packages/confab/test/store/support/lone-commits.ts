/** Commits one command after the other to the SQLite store in a folder, and says on standard output when each was acknowledged. */
import { writeSync } from 'node:fs';
import { openStore } from '../../../src/store/index.ts';

const [folder, count] = process.argv.slice(2);
if (folder === undefined || count === undefined) throw new Error('usage: lone-commits.ts FOLDER COUNT');

const store = await openStore(
  { engine: 'sqlite', folder },
  {
    maxBatch: 64,
    maxWaiting: 64,
    onCommit: () => {},
    onBackgroundError: (error) => {
      throw error;
    },
  },
);
for (let number = 0; number < Number(count); number += 1) {
  await store.write(({ db }) =>
    db
      .insertInto('meta')
      .values({ key: `${number}`, value: '' })
      .execute(),
  );
  writeSync(1, `acknowledged ${number}\n`);
}
await store.close();
