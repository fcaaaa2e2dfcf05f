import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { keepSnapshot, pruneSnapshots } from './snapshots.ts';

function databaseIn(): { database: DatabaseSync; folder: string; snapshots(): string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'confab-snapshots-'));
  const database = new DatabaseSync(join(folder, 'confab.db'));
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  database.exec('CREATE TABLE kept (word text); INSERT INTO kept VALUES (1)');
  return { database, folder, snapshots: () => readdirSync(folder).filter((name) => name.startsWith('confab-before-')) };
}

it('keeps a private copy, named by what it was made for and when', () => {
  const { database, folder, snapshots } = databaseIn();
  keepSnapshot(database, folder, '002-media');
  database.exec('DROP TABLE kept');
  const [name = ''] = snapshots();
  expect(name).toMatch(/^confab-before-002-media-\d{8}T\d{6}Z\.db$/);
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  const copy = new DatabaseSync(join(folder, name), { readOnly: true });
  expect(copy.prepare('SELECT word FROM kept').all()).toEqual([{ word: '1' }]);
  copy.close();
});

it('keeps the newest two, none of them older than 30 days, and no hand on other files', () => {
  const { database, folder, snapshots } = databaseIn();
  const others = ['confab-before-the-move.db', 'confab-before-002-media-20200101T000000Z.db.old'];
  const future = ['confab-before-005-hooks-29990101T000000Z.db', 'confab-before-004-people-29980101T000000Z.db'];
  const gone = ['confab-before-003-roles-29970101T000000Z.db', 'confab-before-001-initial-20200101T000000Z.db'];
  for (const name of [...others, ...future, ...gone]) writeFileSync(join(folder, name), '');
  pruneSnapshots(database, folder);
  expect(snapshots().sort()).toEqual([...others, ...future].sort());
  rmSync(join(folder, 'confab-before-005-hooks-29990101T000000Z.db'));
  writeFileSync(join(folder, 'confab-before-001-initial-20200101T000000Z.db'), '');
  pruneSnapshots(database, folder);
  expect(snapshots()).not.toContain('confab-before-001-initial-20200101T000000Z.db');
});

it('refuses the upgrade when there is no room for a copy, and leaves no half one', () => {
  const { database, folder, snapshots } = databaseIn();
  expect(() => keepSnapshot(database, join(folder, 'missing'), '002-media')).toThrow(/Make room/);
  expect(snapshots()).toEqual([]);
});
