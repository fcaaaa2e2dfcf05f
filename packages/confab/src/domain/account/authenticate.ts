import type { SecretBox } from '../../secrets/index.ts';
import { isSid } from '../../sid.ts';
import { type Param, type ReadDb, statement } from '../../store/seam.ts';
import type { AccountActor } from '../actor.ts';
import { liveSecretsOf } from '../api-key/live-secrets.ts';
import { policyOf } from '../api-key/policy.ts';
import { findApiKey } from '../api-key/queries.ts';
import { effectiveStatus } from './effective-status.ts';
import { authTokensOf, isOneOf } from './secret-check.ts';

const findAccount = statement((db: ReadDb, p: Param<{ sid: string }>) =>
  db
    .selectFrom('accounts')
    .leftJoin('accounts as owner', 'owner.id', 'accounts.owner_account_id')
    .selectAll('accounts')
    .select('owner.status as owner_status')
    .where('accounts.sid', '=', p('sid')),
);

export interface GivenCredentials {
  username: string;
  password: string;
}

/**
 * The account behind HTTP Basic credentials at `now` (ms): account SID with an auth token, or API key SID with its secret (REST API 2).
 * Undefined for anything that is wrong, unknown, revoked, or of a suspended account.
 */
export function authenticate(
  read: ReadDb,
  secretBox: SecretBox,
  { username, password }: GivenCredentials,
  now: number,
): Promise<AccountActor | undefined> {
  return isSid('AC', username)
    ? accountWithToken(read, secretBox, username, password)
    : accountWithKey(read, secretBox, username, password, now);
}

async function accountWithToken(
  read: ReadDb,
  secretBox: SecretBox,
  accountSid: string,
  authToken: string,
): Promise<AccountActor | undefined> {
  const [account] = await findAccount(read, { sid: accountSid });
  const right = isOneOf(secretBox, account === undefined ? [] : authTokensOf(account), authToken);
  if (account === undefined || !right) return undefined;
  if (effectiveStatus(account.status, account.owner_status) !== 'active') return undefined;
  const { id, sid, default_service_id } = account;
  return { kind: 'account', account: { id, sid, default_service_id }, credentialSid: sid, main: true };
}

async function accountWithKey(
  read: ReadDb,
  secretBox: SecretBox,
  keySid: string,
  secret: string,
  now: number,
): Promise<AccountActor | undefined> {
  const key = isSid('SK', keySid) ? await findApiKey(read, keySid) : undefined;
  const right = isOneOf(secretBox, key === undefined ? [] : liveSecretsOf(key, now), secret);
  if (key === undefined || !right || key.revoked_at !== null || key.account_status !== 'active') return undefined;
  return {
    kind: 'account',
    account: { id: key.account_id, sid: key.account_sid, default_service_id: key.account_default_service_id },
    credentialSid: key.sid,
    main: key.kind === 'main',
    ...(key.kind === 'restricted' && { policy: policyOf(key.policy) }),
  };
}
