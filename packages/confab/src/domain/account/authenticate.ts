import type { SecretBox } from '../../secrets/index.ts';
import { isSid } from '../../sid.ts';
import { type Param, type ReadDb, statement } from '../../store/seam.ts';
import type { AccountActor } from '../actor.ts';
import { policyOf } from '../api-key/policy.ts';
import { findApiKey } from '../api-key/queries.ts';
import { isSecret } from './secret-check.ts';

const findAccount = statement((db: ReadDb, p: Param<{ sid: string }>) =>
  db.selectFrom('accounts').selectAll().where('sid', '=', p('sid')),
);

/**
 * The account behind HTTP Basic credentials: account SID with the auth token, or API key SID with its secret (REST API 2). Undefined
 * for anything that is wrong, unknown, revoked, of a suspended account.
 */
export async function authenticate(
  read: ReadDb,
  secretBox: SecretBox,
  username: string,
  password: string,
): Promise<AccountActor | undefined> {
  if (isSid('AC', username)) {
    const [account] = await findAccount(read, { sid: username });
    const right = isSecret(secretBox, account && { sealed: account.auth_token, sid: account.sid }, password);
    if (account === undefined || !right || account.status !== 'active') return undefined;
    const { id, sid, default_service_id } = account;
    return { kind: 'account', account: { id, sid, default_service_id }, credentialSid: sid, main: true };
  }
  const key = isSid('SK', username) ? await findApiKey(read, username) : undefined;
  const right = isSecret(secretBox, key && { sealed: key.secret, sid: key.sid }, password);
  if (key === undefined || !right || key.revoked_at !== null || key.account_status !== 'active') return undefined;
  return {
    kind: 'account',
    account: { id: key.account_id, sid: key.account_sid, default_service_id: key.account_default_service_id },
    credentialSid: key.sid,
    main: key.kind === 'main',
    ...(key.kind === 'restricted' && { policy: policyOf(key.policy) }),
  };
}
