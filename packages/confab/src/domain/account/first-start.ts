import { randomBytes } from 'node:crypto';
import { generateApiSecret, generateAuthToken, type SecretBox } from '../../secrets/index.ts';
import { newRandomSid, newSid } from '../../sid.ts';
import type { Store, WriteDb } from '../../store/seam.ts';
import { liveSecretsOf } from '../api-key/live-secrets.ts';
import { findApiKey } from '../api-key/queries.ts';
import { insertService } from '../service/create-service.ts';
import { eraseEverything } from './erase-everything.ts';
import { authTokensOf, isOneOf, type StoredSecret } from './secret-check.ts';
import { areUnshown, markUnshown } from './unshown-secrets.ts';

/** Credentials that the operator fixes for the first start; what is absent is generated (design 5). */
export interface FirstCredentials {
  accountSid?: string | undefined;
  authToken?: string | undefined;
  apiKey?: string | undefined;
  apiSecret?: string | undefined;
  chatServiceSid?: string | undefined;
}

export interface FirstStartResult {
  accountSid: string;
  apiKeySid: string;
  chatServiceSid: string;
  /** Random, and another one after each restore or reset (invariant 11). */
  epoch: string;
  /** Present until they have been shown (`showFirstSecrets`): secrets are shown once. */
  secrets?: { authToken: string; apiSecret: string };
}

/** Refused: what the operator gave does not fit what the database holds. The message names the variable. */
export class FirstStartError extends Error {
  override readonly name = 'FirstStartError';
}

/**
 * Makes the first account, API key and chat service in an empty database, or checks the given credentials and the master key against
 * one that has them. Any number of nodes may do this at once: one makes them, the others find them.
 */
export function firstStart(
  store: Store,
  secretBox: SecretBox,
  given: FirstCredentials,
  now: number,
): Promise<FirstStartResult> {
  return store.write(async ({ db }) => {
    // The first insert of this row decides: other nodes wait on it until the winner has committed.
    const won = await db
      .insertInto('meta')
      .values({ key: 'master_key_check', value: secretBox.keyCheck() })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('key')
      .executeTakeFirst();
    return won === undefined ? check(db, secretBox, given, now) : create(db, secretBox, given, now);
  });
}

/**
 * Empties the database and makes the first credentials anew, under a new epoch, so that clients of the old data are told to start anew
 * (invariant 11).
 */
export function startAnew(
  store: Store,
  secretBox: SecretBox,
  given: FirstCredentials,
  now: number,
): Promise<FirstStartResult> {
  return store.write(async ({ db }) => {
    await eraseEverything(db);
    await db.insertInto('meta').values({ key: 'master_key_check', value: secretBox.keyCheck() }).execute();
    return create(db, secretBox, given, now);
  });
}

async function create(
  db: WriteDb,
  secretBox: SecretBox,
  given: FirstCredentials,
  now: number,
): Promise<FirstStartResult> {
  const accountSid = given.accountSid ?? newRandomSid('AC');
  const authToken = given.authToken ?? generateAuthToken();
  const apiKeySid = given.apiKey ?? newRandomSid('SK');
  const apiSecret = given.apiSecret ?? generateApiSecret();
  const epoch = newEpoch();

  await db.insertInto('meta').values({ key: 'epoch', value: epoch }).execute();
  await markUnshown(db);
  const { id } = await db
    .insertInto('accounts')
    .values({
      sid: accountSid,
      friendly_name: 'Confab',
      status: 'active',
      auth_token: secretBox.seal(authToken, accountSid),
      default_service_id: null,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('api_keys')
    .values({
      sid: apiKeySid,
      account_id: id,
      kind: 'main',
      friendly_name: 'First key',
      secret: secretBox.seal(apiSecret, apiKeySid),
      created_at: now,
      updated_at: now,
      revoked_at: null,
    })
    .execute();
  const service = await insertService(
    db,
    { id, sid: accountSid, default_service_id: null },
    { sid: given.chatServiceSid ?? newSid('IS', now), friendlyName: 'Default service', now },
  );
  await db.updateTable('accounts').set({ default_service_id: service.id }).where('id', '=', id).execute();
  return { accountSid, apiKeySid, chatServiceSid: service.sid, epoch, secrets: { authToken, apiSecret } };
}

async function check(
  db: WriteDb,
  secretBox: SecretBox,
  given: FirstCredentials,
  now: number,
): Promise<FirstStartResult> {
  requireMasterKey(await metaValue(db, 'master_key_check'), secretBox);
  const account = await db.selectFrom('accounts').selectAll().orderBy('id').limit(1).executeTakeFirstOrThrow();
  differs('CONFAB_ACCOUNT_SID', given.accountSid, account.sid);
  const authToken = secretBox.open(account.auth_token, account.sid);
  // What is rotated overlaps, so that the configuration can follow.
  requireOneOf('CONFAB_AUTH_TOKEN', given.authToken, secretBox, authTokensOf(account));
  const key = await requireApiKey(db, account.id, given.apiKey);
  const apiSecret = secretBox.open(key.secret, key.sid);
  requireOneOf('CONFAB_API_SECRET', given.apiSecret, secretBox, liveSecretsOf(key, now));
  return {
    accountSid: account.sid,
    apiKeySid: key.sid,
    chatServiceSid: await requireChatService(db, account, given.chatServiceSid),
    epoch: await metaValue(db, 'epoch'),
    ...((await areUnshown(db)) && { secrets: { authToken, apiSecret } }),
  };
}

/** Throws FirstStartError when the check value that the database holds is that of another master key. */
export function requireMasterKey(keyCheck: string, secretBox: SecretBox): void {
  if (secretBox.accepts(keyCheck)) return;
  throw new FirstStartError(
    'The master key is not the one that this database was made with. Start with the right key in CONFAB_MASTER_KEY, or put the right ' +
      'master.key beside the data.',
  );
}

export function newEpoch(): string {
  return randomBytes(16).toString('hex');
}

async function requireApiKey(db: WriteDb, accountId: number, sid: string | undefined) {
  if (sid === undefined) {
    return db
      .selectFrom('api_keys')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('id')
      .limit(1)
      .executeTakeFirstOrThrow();
  }
  const key = await findApiKey(db, sid);
  if (key === undefined || key.account_id !== accountId) throw mismatch('CONFAB_API_KEY');
  return key;
}

async function requireChatService(
  db: WriteDb,
  account: { id: number; default_service_id: number | null },
  sid: string | undefined,
): Promise<string> {
  const services = db.selectFrom('services').select('sid').where('account_id', '=', account.id);
  if (sid === undefined) {
    return (await services.where('id', '=', account.default_service_id).executeTakeFirstOrThrow()).sid;
  }
  const service = await services.where('sid', '=', sid).executeTakeFirst();
  if (service === undefined) throw mismatch('CONFAB_CHAT_SERVICE_SID');
  return service.sid;
}

async function metaValue(db: WriteDb, key: string): Promise<string> {
  return (await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirstOrThrow()).value;
}

function requireOneOf(
  variable: string,
  given: string | undefined,
  secretBox: SecretBox,
  stored: readonly StoredSecret[],
): void {
  if (given !== undefined && !isOneOf(secretBox, stored, given)) throw mismatch(variable);
}

function differs(variable: string, given: string | undefined, stored: string): void {
  if (given !== undefined && given !== stored) throw mismatch(variable);
}

function mismatch(variable: string): FirstStartError {
  return new FirstStartError(
    `${variable} is not what this database holds. Leave it out to use what is stored, or start with an empty database to set it.`,
  );
}
