import type { SqlConnection, WrapConnection } from '../../../src/store/index.ts';

/** Stands between the writer and its engine, and holds COMMIT back while it is shut. */
export interface CommitGate {
  readonly wrapConnection: WrapConnection;
  /** From now on COMMIT waits. */
  shut(): void;
  /** Resolves when as many COMMITs wait. */
  reached(count?: number): Promise<void>;
  /** Lets the one go that has waited longest, and keeps the others. */
  openOnce(): void;
  /** Lets all go, and those that come. */
  open(): void;
}

export function createCommitGate(): CommitGate {
  let isShut = false;
  const held: (() => void)[] = [];
  const watchers: { count: number; resolve: () => void }[] = [];

  async function pass(): Promise<void> {
    if (!isShut) return;
    await new Promise<void>((resolve) => {
      held.push(resolve);
      for (const { count, resolve: tell } of watchers) if (held.length >= count) tell();
    });
  }

  const wrapConnection = (connection: SqlConnection): SqlConnection => ({
    ...connection,
    async execute(sql, parameters) {
      if (sql === 'COMMIT') await pass();
      return connection.execute(sql, parameters);
    },
  });

  return {
    wrapConnection,
    shut() {
      isShut = true;
    },
    reached: (count = 1) =>
      new Promise((resolve) => {
        if (held.length >= count) resolve();
        else watchers.push({ count, resolve });
      }),
    openOnce: () => held.shift()?.(),
    open() {
      isShut = false;
      for (const go of held.splice(0)) go();
    },
  };
}
