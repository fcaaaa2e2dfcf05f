import { type SecretBox, safeEqual } from '../../secrets/index.ts';
import type { ReadDb } from '../../store/seam.ts';
import type { AccountActor } from '../actor.ts';
import { findApiKey } from '../api-key/queries.ts';
import { isSid } from '../sid.ts';

/** Compared against when there is nothing to compare with, so that an unknown SID takes as long as a wrong secret. */
const NO_SECRET = 'an unknown credential has no secret at all';

/**
 * The account behind HTTP Basic credentials: account SID with the auth token, or API key SID with its secret (REST API 2). Undefined
 * for anything that is wrong, unknown, revoked, of a suspended account, or a key that may not use this API.
 */
export async function authenticate(
  read: ReadDb,
  secretBox: SecretBox,
  username: string,
  password: string,
): Promise<AccountActor | undefined> {
  if (isSid('AC', username)) {
    const account = await read.selectFrom('accounts').selectAll().where('sid', '=', username).executeTakeFirst();
    const secret = account === undefined ? NO_SECRET : secretBox.open(account.auth_token, account.sid);
    const right = safeEqual(secret, password);
    if (account === undefined || !right || account.status !== 'active') return undefined;
    const { id, sid, default_service_id } = account;
    return { kind: 'account', account: { id, sid, default_service_id }, credentialSid: sid, main: true };
  }
  const key = isSid('SK', username) ? await findApiKey(read, username) : undefined;
  const secret = key === undefined ? NO_SECRET : secretBox.open(key.secret, key.sid);
  const right = safeEqual(secret, password);
  if (key === undefined || !right || key.revoked_at !== null || key.account_status !== 'active') return undefined;
  // A Restricted key may do what its policy lists; no policy is stored yet, so it may do nothing.
  if (key.kind === 'restricted') return undefined;
  return {
    kind: 'account',
    account: { id: key.account_id, sid: key.account_sid, default_service_id: key.account_default_service_id },
    credentialSid: key.sid,
    main: key.kind === 'main',
  };
}
