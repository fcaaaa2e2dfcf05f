import type { AccountActor } from '../actor.ts';
import type { TransactContext } from '../command.ts';
import type { ConnectionControl } from './connection-control.ts';
import type { SessionFilter } from './session-filter.ts';

/** Which sessions, as the row and the log name them. */
export function filterColumns({ identity, apiKeySid, tokenId, serviceSid, connectionId }: SessionFilter) {
  return {
    identity: identity ?? null,
    api_key_sid: apiKeySid ?? null,
    token_id: tokenId ?? null,
    service_sid: serviceSid ?? null,
    connection_id: connectionId ?? null,
  };
}

/**
 * Writes down what is to be done to the sessions that match, for each node to apply to its own, so that a lost hint only delays it
 * (invariant 4). Numbered under the lock of the account: a session that knows a number knows all below it.
 */
export async function appendSessionEnd(
  { db, rechecks, now }: Pick<TransactContext, 'db' | 'rechecks' | 'now'>,
  { account }: AccountActor,
  filter: SessionFilter,
  control: ConnectionControl | undefined,
): Promise<void> {
  const { session_ends: number } = await db
    .updateTable('accounts')
    .set((eb) => ({ session_ends: eb('session_ends', '+', 1) }))
    .where('id', '=', account.id)
    .returning('session_ends')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('session_ends')
    .values({
      account_id: account.id,
      number,
      ...filterColumns(filter),
      control: control === undefined ? null : JSON.stringify(control),
      created_at: now,
    })
    .execute();
  rechecks.push({ of: 'sessions', sid: account.sid });
}
