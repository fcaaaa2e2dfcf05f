import { generateApiSecret, generateAuthToken, type SecretBox } from '../../secrets/index.ts';
import type { Store, WriteDb } from '../../store/seam.ts';
import type { AccountActor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { sealedSecretsOf } from '../credential/secrets.ts';
import { FirstStartError } from './first-start.ts';

export interface ReissuedSecret {
  /** Of an account, whose secret is its auth token, or of an API key. */
  sid: string;
  accountSid: string;
  secret: string;
}

/** Rows in one query. */
const CHUNK = 500;

/**
 * New secrets for all accounts and all API keys that are not revoked, under a master key that takes the place of a lost one: what was
 * sealed with that cannot be read any more. Push credentials lose the secrets that were: those are the push services' to give. All or
 * nothing. Tokens that were signed with the old secrets are refused from now on. No node may run. Throws FirstStartError when the database
 * is empty.
 */
export function reissueSecrets(store: Store, secretBox: SecretBox, now: number): Promise<ReissuedSecret[]> {
  return store.write(async (tx) => {
    const check = await tx.db
      .updateTable('meta')
      .set({ value: secretBox.keyCheck() })
      .where('key', '=', 'master_key_check')
      .returning('key')
      .executeTakeFirst();
    if (check === undefined) throw new FirstStartError('The database is empty: there are no secrets in it to replace.');
    const accounts = await reissueAccounts(tx.db, secretBox, now);
    const keys = await reissueKeys(tx.db, secretBox, now);
    await forgetLostSecrets(tx.db, secretBox, now);
    for (const { sid } of accounts) tx.rechecks.push({ of: 'account', sid });
    return [...accounts, ...keys];
  });
}

async function reissueAccounts(db: WriteDb, secretBox: SecretBox, now: number): Promise<ReissuedSecret[]> {
  const reissued: ReissuedSecret[] = [];
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('accounts')
      .select(['id', 'sid'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK)
      .execute();
    for (const { id, sid } of rows) {
      const secret = generateAuthToken();
      await db
        .updateTable('accounts')
        .set({
          auth_token: secretBox.seal(secret, sid),
          secondary_auth_token: null,
          secondary_auth_token_created_at: null,
          updated_at: now,
        })
        .where('id', '=', id)
        .execute();
      await recordAudit(byOperator(db, now, sid), { action: 'auth_token.reissued', subjectSid: sid });
      reissued.push({ sid, accountSid: sid, secret });
    }
    const last = rows.at(-1);
    if (last === undefined) return reissued;
    after = last.id;
  }
}

async function reissueKeys(db: WriteDb, secretBox: SecretBox, now: number): Promise<ReissuedSecret[]> {
  const reissued: ReissuedSecret[] = [];
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('api_keys')
      .innerJoin('accounts', 'accounts.id', 'api_keys.account_id')
      .select([
        'api_keys.id',
        'api_keys.sid',
        'api_keys.revoked_at',
        'api_keys.secret_version',
        'accounts.sid as accountSid',
      ])
      .where('api_keys.id', '>', after)
      .orderBy('api_keys.id')
      .limit(CHUNK)
      .execute();
    for (const { id, sid, revoked_at, secret_version, accountSid } of rows) {
      const secret = generateApiSecret();
      // A revoked key gets one as well, which nobody is told: nothing sealed with the lost master key is to stay.
      await db
        .updateTable('api_keys')
        .set({
          secret: secretBox.seal(secret, sid),
          secret_version: secret_version + 1,
          previous_secret: null,
          previous_secret_ends_at: null,
          updated_at: now,
        })
        .where('id', '=', id)
        .execute();
      if (revoked_at !== null) continue;
      await recordAudit(byOperator(db, now, accountSid), { action: 'api_key.reissued', subjectSid: sid });
      reissued.push({ sid, accountSid, secret });
    }
    const last = rows.at(-1);
    if (last === undefined) return reissued;
    after = last.id;
  }
}

/** Of push credentials: what cannot be opened any more is better absent, so that it is seen to be missing. */
async function forgetLostSecrets(db: WriteDb, secretBox: SecretBox, now: number): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('credentials')
      .innerJoin('accounts', 'accounts.id', 'credentials.account_id')
      .selectAll('credentials')
      .select('accounts.sid as accountSid')
      .where('credentials.id', '>', after)
      .orderBy('credentials.id')
      .limit(CHUNK)
      .execute();
    for (const row of rows) {
      const lost = sealedSecretsOf(row).flatMap(([name, sealed]) => (secretBox.isCurrent(sealed) ? [] : name));
      if (lost.length === 0) continue;
      await db
        .updateTable('credentials')
        .set({ ...Object.fromEntries(lost.map((name) => [name, null])), updated_at: now })
        .where('id', '=', row.id)
        .execute();
      await recordAudit(byOperator(db, now, row.accountSid), {
        action: 'credential.secrets_lost',
        subjectSid: row.sid,
        after: { lost },
      });
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

function byOperator(db: WriteDb, now: number, accountSid: string): { actor: AccountActor; db: WriteDb; now: number } {
  const account = { id: 0, sid: accountSid, default_service_id: null };
  return { actor: { kind: 'account', account, credentialSid: 'cli', main: true }, db, now };
}
