import type { SecretBox } from '../../secrets/index.ts';
import { isSid } from '../../sid.ts';
import { type Param, type ReadDb, statement } from '../../store/seam.ts';
import type { AccountActor } from '../actor.ts';
import { liveSecretsOf } from '../api-key/live-secrets.ts';
import { policyOf } from '../api-key/policy.ts';
import { findApiKey } from '../api-key/queries.ts';
import { effectiveStatus } from './effective-status.ts';
import { authTokensOf, type StoredSecret, whichOf } from './secret-check.ts';

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
export async function authenticate(
  read: ReadDb,
  secretBox: SecretBox,
  given: GivenCredentials,
  now: number,
): Promise<AccountActor | undefined> {
  return (await provenCredential(read, secretBox, given, now))?.actor;
}

/** The same, with the secret that was proved to be known, as it is stored. */
export async function provenCredential(
  read: ReadDb,
  secretBox: SecretBox,
  { username, password }: GivenCredentials,
  now: number,
): Promise<{ actor: AccountActor; sealedSecret: string } | undefined> {
  const credential = await findCredential(read, username, now);
  // With a credential that is of no use, too: who knows its secret learns no more than who does not.
  const secret = whichOf(secretBox, credential?.secrets ?? [], password);
  if (secret === undefined || credential?.actor === undefined) return undefined;
  return { actor: credential.actor, sealedSecret: secret.sealed };
}

/** What a credential's SID stands for. */
export interface FoundCredential {
  /** Those that are good, sealed. */
  secrets: readonly StoredSecret[];
  /** Undefined when the credential is of no use: revoked, or of a suspended account. */
  actor: AccountActor | undefined;
}

/** The account or API key with this SID, as it is at `now` (ms); undefined when there is none. */
export function findCredential(read: ReadDb, sid: string, now: number): Promise<FoundCredential | undefined> {
  return isSid('AC', sid) ? findAccountCredential(read, sid) : findKeyCredential(read, sid, now);
}

async function findAccountCredential(read: ReadDb, accountSid: string): Promise<FoundCredential | undefined> {
  const [account] = await findAccount(read, { sid: accountSid });
  if (account === undefined) return undefined;
  const { id, sid, default_service_id } = account;
  const isActive = effectiveStatus(account.status, account.owner_status) === 'active';
  return {
    secrets: authTokensOf(account),
    actor: isActive
      ? { kind: 'account', account: { id, sid, default_service_id }, credentialSid: sid, main: true }
      : undefined,
  };
}

async function findKeyCredential(read: ReadDb, keySid: string, now: number): Promise<FoundCredential | undefined> {
  const key = isSid('SK', keySid) ? await findApiKey(read, keySid) : undefined;
  if (key === undefined) return undefined;
  const isGood = key.revoked_at === null && key.account_status === 'active';
  return {
    secrets: liveSecretsOf(key, now),
    actor: isGood
      ? {
          kind: 'account',
          account: { id: key.account_id, sid: key.account_sid, default_service_id: key.account_default_service_id },
          credentialSid: key.sid,
          main: key.kind === 'main',
          ...(key.kind === 'restricted' && { policy: policyOf(key.policy) }),
        }
      : undefined,
  };
}
