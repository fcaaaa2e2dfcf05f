import type { ReadDb } from '../../store/seam.ts';

/** Values in one query. */
const CHUNK = 500;

/** An API key that may vouch for somebody, and with which of its secrets. */
export interface LiveKey {
  secretVersion: number;
  /** Until when (ms) the version before counts as well; null when it does not any more. */
  previousEndsAt: number | null;
}

/**
 * Which of these API keys may still vouch for somebody (not revoked, account not suspended), by SID, and which of these users still exist
 * in a service that does. For ending the sessions of the others (invariant 7).
 */
export async function liveKeysAndUsers(
  db: ReadDb,
  keySids: readonly string[],
  userIds: readonly number[],
): Promise<{ keys: ReadonlyMap<string, LiveKey>; users: ReadonlySet<number> }> {
  const keys = new Map<string, LiveKey>();
  for (const sids of chunks(keySids)) {
    const rows = await db
      .selectFrom('api_keys')
      .innerJoin('accounts', 'accounts.id', 'api_keys.account_id')
      .leftJoin('accounts as owner', 'owner.id', 'accounts.owner_account_id')
      .select(['api_keys.sid', 'api_keys.secret_version', 'api_keys.previous_secret_ends_at'])
      .where('api_keys.sid', 'in', sids)
      .where('api_keys.revoked_at', 'is', null)
      .where('accounts.status', '=', 'active')
      .where((is) => is.or([is('owner.status', 'is', null), is('owner.status', '=', 'active')]))
      .execute();
    for (const { sid, secret_version: secretVersion, previous_secret_ends_at: previousEndsAt } of rows) {
      keys.set(sid, { secretVersion, previousEndsAt });
    }
  }
  const users = new Set<number>();
  for (const ids of chunks(userIds)) {
    const rows = await db
      .selectFrom('users')
      .innerJoin('services', 'services.id', 'users.service_id')
      .select('users.id')
      .where('users.id', 'in', ids)
      .where('users.deleted_at', 'is', null)
      .where('services.deleted_at', 'is', null)
      .execute();
    for (const { id } of rows) users.add(id);
  }
  return { keys, users };
}

function chunks<Value>(values: readonly Value[]): Value[][] {
  const distinct = [...new Set(values)];
  return Array.from({ length: Math.ceil(distinct.length / CHUNK) }, (_, at) =>
    distinct.slice(at * CHUNK, (at + 1) * CHUNK),
  );
}
