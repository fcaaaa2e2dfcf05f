import type { ReadDb } from '../../store/seam.ts';
import type { ConnectionControl } from './connection-control.ts';
import type { SessionFilter } from './session-filter.ts';

/** One call to end sessions, or to do something else to their connections: concerns those that logged in before it. */
export interface SessionEnd extends SessionFilter {
  /** Rises by one with each of the account. */
  readonly number: number;
  /** What is done instead of ending them. */
  readonly control: ConnectionControl | undefined;
}

/** Up to `limit` ends of sessions of the account, the first after `number` first. */
export async function sessionEndsAfter(
  db: ReadDb,
  accountSid: string,
  number: number,
  limit: number,
): Promise<SessionEnd[]> {
  const rows = await db
    .selectFrom('session_ends')
    .innerJoin('accounts', 'accounts.id', 'session_ends.account_id')
    .select(['number', 'identity', 'api_key_sid', 'token_id', 'service_sid', 'connection_id', 'control'])
    .where('accounts.sid', '=', accountSid)
    .where('number', '>', number)
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    number: row.number,
    identity: row.identity ?? undefined,
    apiKeySid: row.api_key_sid ?? undefined,
    tokenId: row.token_id ?? undefined,
    serviceSid: row.service_sid ?? undefined,
    connectionId: row.connection_id ?? undefined,
    control: row.control === null ? undefined : JSON.parse(row.control),
  }));
}
