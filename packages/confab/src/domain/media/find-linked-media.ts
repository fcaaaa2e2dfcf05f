import type { ReadDb } from '../../store/seam.ts';
import { effectiveStatus } from '../account/effective-status.ts';
import type { AccountActor, UserActor } from '../actor.ts';
import { findUserBySid } from '../user/queries.ts';
import { type FoundMedia, findMediaFor } from './find-media.ts';

/** What a temporary link says that it was made for. */
export interface LinkedMedia {
  serviceSid: string;
  sid: string;
  /** SID of the user or the account that the link was made for. */
  viewer: string;
}

/**
 * The file of a temporary link, if whoever the link was made for may see it still: a link ends with the right to what it shows. Undefined
 * otherwise.
 */
export async function findLinkedMedia(
  db: ReadDb,
  { serviceSid, sid, viewer }: LinkedMedia,
  oldestUnattached: number,
): Promise<FoundMedia | undefined> {
  const found = await db
    .selectFrom('services')
    .innerJoin('accounts', 'accounts.id', 'services.account_id')
    .leftJoin('accounts as owner', 'owner.id', 'accounts.owner_account_id')
    .select(['services.id', 'services.sid', 'accounts.id as account_id', 'accounts.sid as account_sid'])
    .select(['accounts.status', 'owner.status as owner_status'])
    .where('services.sid', '=', serviceSid)
    .where('services.deleted_at', 'is', null)
    .executeTakeFirst();
  if (found === undefined || effectiveStatus(found.status, found.owner_status) !== 'active') return undefined;
  const service = { id: found.id, sid: found.sid, account_sid: found.account_sid };
  let actor: AccountActor | UserActor;
  if (viewer === found.account_sid) {
    const account = { id: found.account_id, sid: found.account_sid, default_service_id: null };
    actor = { kind: 'account', account, credentialSid: found.account_sid, main: false };
  } else {
    const user = await findUserBySid(db, service.id, viewer);
    if (user === undefined) return undefined;
    actor = { kind: 'user', service, user: { id: user.id, sid: user.sid, identity: user.identity } };
  }
  return findMediaFor(db, actor, service, sid, oldestUnattached);
}
