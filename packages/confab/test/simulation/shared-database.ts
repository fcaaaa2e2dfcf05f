import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SQLITE_FILE } from '../../src/store/index.ts';
import { createNodeDatabase, type NodeDatabase } from './node-database.ts';
import { createTransactionLock } from './transaction-lock.ts';
import type { World } from './world.ts';

/** The database that all nodes share, and that outlives them. */
export interface SharedDatabase {
  readonly folder: string;
  /** Looks at what is committed, beside all nodes and at once. */
  readonly look: DatabaseSync;
  /** A node's way to it. */
  connect(node: string): NodeDatabase;
  remove(): void;
}

/** `onCommit` is called within each COMMIT, before the node that made it hears of it; it returns the commit's number. */
export function createSharedDatabase(world: World, folder: string, onCommit: (node: string) => number): SharedDatabase {
  const lock = createTransactionLock();
  const look = new DatabaseSync(join(folder, SQLITE_FILE), { readOnly: true });
  return {
    folder,
    look,
    connect: (node) => createNodeDatabase({ world, folder, lock, onCommit: () => onCommit(node) }),
    remove() {
      look.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
