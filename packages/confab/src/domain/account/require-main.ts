import type { WriteDb } from '../../store/seam.ts';
import type { AccountActor, Actor } from '../actor.ts';
import { refusals } from '../errors.ts';
import { effectiveStatus } from './effective-status.ts';

/** The account behind Main credentials. Standard keys may do all but touch accounts and keys, users nothing of it (REST API 2). */
export function requireMain(actor: Actor): AccountActor {
  if (actor.kind !== 'account' || !actor.main) throw refusals.notAllowed();
  return actor;
}

/** The account behind any of its credentials: for what SDK users may never do. */
export function requireAccount(actor: Actor): AccountActor {
  if (actor.kind !== 'account') throw refusals.notAllowed();
  return actor;
}

/**
 * As `requireMain`, in the transaction that changes credentials: the credential is looked up again, and locked if it is a key, so that one
 * that is being taken back, or whose account is being suspended, makes no other on its way out. The operator at the command line has none.
 */
export async function claimMain(db: WriteDb, actor: Actor): Promise<AccountActor> {
  const main = requireMain(actor);
  const { credentialSid: sid } = main;
  if (sid === 'cli') return main;
  const accounts = db
    .selectFrom('accounts')
    .leftJoin('accounts as owner', 'owner.id', 'accounts.owner_account_id')
    .select(['accounts.status', 'owner.status as owner_status']);
  const live = await (sid.startsWith('SK')
    ? accounts.where('accounts.id', '=', await lockMainKey(db, sid))
    : accounts.where('accounts.sid', '=', sid)
  ).executeTakeFirst();
  if (live === undefined || effectiveStatus(live.status, live.owner_status) !== 'active') throw refusals.notAllowed();
  return main;
}

/** Id of the account that has the key. */
async function lockMainKey(db: WriteDb, sid: string): Promise<number> {
  const key = await db
    .updateTable('api_keys')
    .set((column) => ({ updated_at: column.ref('updated_at') }))
    .where('sid', '=', sid)
    .where('kind', '=', 'main')
    .where('revoked_at', 'is', null)
    .returning('account_id')
    .executeTakeFirst();
  if (key === undefined) throw refusals.notAllowed();
  return key.account_id;
}
