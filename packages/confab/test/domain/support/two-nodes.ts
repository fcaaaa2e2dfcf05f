import { sql } from 'kysely';
import { expect, onTestFinished } from 'vitest';
import type { Limits } from '../../../src/config/limits.ts';
import { createConversation } from '../../../src/domain/index.ts';
import type { StoreLocation } from '../../../src/store/index.ts';
import { type CommitGate, createCommitGate } from '../../store/support/commit-gate.ts';
import { domainOver, openTestStore, type TestDomain } from '../../support/store.ts';

/** Two nodes on one PostgreSQL, and a conversation there. To be called in a test. */
export async function twoNodes(location: StoreLocation, limits: Partial<Limits> = {}) {
  const gate = createCommitGate();
  /** Its COMMITs can be held. */
  const slow = await domainOver(await openTestStore(location, { wrapConnection: gate.wrapConnection }), limits);
  const fast = await domainOver(await openTestStore(location), limits);
  onTestFinished(() => gate.open());
  const conversation = await slow.execute(createConversation, slow.account, { service: slow.service });
  return { gate, slow, fast, conversation, target: { service: slow.service, conversation } };
}

/**
 * Runs `first` on the slow node and `second` on the fast one. Both see what was before; the second waits for the first, which then
 * commits.
 */
export async function overlap<First, Second>(
  { gate, fast }: { gate: CommitGate; fast: TestDomain },
  first: () => Promise<First>,
  second: () => Promise<Second>,
): Promise<[PromiseSettledResult<First>, PromiseSettledResult<Second>]> {
  gate.shut();
  const one = first();
  await gate.reached();
  const other = second();
  await expect.poll(() => waitingForLocks(fast)).toBeGreaterThan(0);
  gate.open();
  return Promise.allSettled([one, other]);
}

/** How many transactions in this database wait for each other. */
async function waitingForLocks({ store }: TestDomain): Promise<number> {
  const locks = sql<{ waiting: number }>`(
    SELECT count(*) AS waiting FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
  )`;
  const { waiting } = await store.read.selectFrom(locks.as('locks')).select('waiting').executeTakeFirstOrThrow();
  return waiting;
}
