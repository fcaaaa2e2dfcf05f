import { type AccessTokenClaims, type KeyRecord, TokenRefusal, verifyAccessToken } from '@confab/access-token/verify';
import type { Clock } from '../clock.ts';
import {
  type AccountActor,
  type ApiKeyRow,
  connectUser,
  type Execute,
  findApiKey,
  findService,
  findUser,
  type KeyUses,
  lastErasedAt,
  liveSecretsOf,
  nameInService,
  type ReadDb,
  serviceRef,
  type UserActor,
} from '../domain/index.ts';
import type { SecretBox } from '../secrets/index.ts';
import type { ContinuationTokens } from './continuation-token.ts';

/** A verified token and the user it is for. */
export interface Session {
  actor: UserActor;
  claims: AccessTokenClaims;
  /** How often sessions of the account had been ended when the key was looked up: later ends concern this one. */
  sessionEnds: number;
  secret: SigningSecret;
}

/** Which of its key's secrets a token was signed with. */
export interface SigningSecret {
  version: number;
  /** It was being rotated out already, and will end. */
  isOld: boolean;
}

export interface LoginContext {
  read: ReadDb;
  execute: Execute;
  secretBox: SecretBox;
  clock: Clock;
  keyUses: KeyUses;
  continuationTokens: ContinuationTokens;
  /** The database's life (invariant 11). */
  epoch: () => string;
}

/**
 * Judges an Access Token, and makes its user on their first connection (lifecycle 7). Throws TokenRefusal with the codes of access tokens 4;
 * an unknown service, or one of another account, is 20106.
 */
export async function login(context: LoginContext, token: string, continuationToken: string | null): Promise<Session> {
  const { read, execute, clock } = context;
  const now = clock.now();
  const { claims, key, secret } = await verify(context, token, now);
  const accountId = key.account_id;
  context.keyUses.used(key.sid, now);
  const { chat } = claims.grants;
  if (chat === undefined) throw new TokenRefusal(20106, 'grants has no chat grant');
  const service = await findService(read, accountId, chat.serviceSid);
  if (service === undefined) {
    throw new TokenRefusal(20106, `the chat service ${chat.serviceSid} does not exist in the account`);
  }
  const ref = serviceRef(service);
  const { identity } = claims;
  // The account acts here: there is no user yet.
  const account: AccountActor = {
    kind: 'account',
    account: { id: accountId, sid: claims.accountSid, default_service_id: null },
    credentialSid: claims.apiKeySid,
    main: false,
  };
  const known = await findUser(read, ref.id, identity);
  // Before a user is made: one who was deleted must not come back with the client that still has what was theirs.
  if (continuationToken !== null) requireSameLife(context, continuationToken, ref.sid, known?.sid);
  await requireNotErased(context, ref, claims);
  const user =
    known ?? (await execute(connectUser, account, { service: ref, identity, roleSid: chat.deploymentRoleSid }));
  const actor: UserActor = { kind: 'user', service: ref, user: { id: user.id, sid: user.sid, identity } };
  return { actor, claims, secret, sessionEnds: key.account_session_ends };
}

/**
 * A client that was connected to an earlier life of the database, or as a user who was deleted, has seen event ids that will be used
 * again, and would silently drop what they stand for: its app must make a new client (invariant 11; protocol 6.6).
 */
function requireSameLife(
  { continuationTokens, epoch }: LoginContext,
  continuationToken: string,
  serviceSid: string,
  userSid: string | undefined,
): void {
  const continuation = continuationTokens.read(continuationToken);
  const same =
    continuation !== undefined &&
    continuation.epoch === epoch() &&
    continuation.serviceSid === serviceSid &&
    continuation.userSid === userSid;
  if (!same) {
    throw new TokenRefusal(20101, 'the client was connected to data that was restored or reset, or to another user');
  }
}

/**
 * A token that was made before its identity was erased is for somebody who is no more: it must not bring them back. One without `iat` may be
 * as old as any. An app whose user comes back fetches a new token, and the user is a new one.
 */
async function requireNotErased(
  { read, secretBox }: LoginContext,
  service: { id: number; sid: string },
  { identity, issuedAt }: AccessTokenClaims,
): Promise<void> {
  const hashes = secretBox.hashesOf(nameInService(service.sid, 'identity', identity));
  const erasedAt = await lastErasedAt(read, service.id, hashes);
  if (erasedAt === undefined) return;
  // `iat` is to the second: one of the same second may have been made before.
  if ((issuedAt ?? 0) * 1000 <= erasedAt) {
    throw new TokenRefusal(20101, 'the identity was erased after the token was made');
  }
}

/** The token's claims, with the key that vouches for it and which of that key's secrets signed it. Throws TokenRefusal. */
async function verify(
  { read, secretBox }: LoginContext,
  token: string,
  now: number,
): Promise<{ claims: AccessTokenClaims; key: ApiKeyRow; secret: SigningSecret }> {
  let key: ApiKeyRow | undefined;
  let record: KeyRecord | undefined;
  const claims = await verifyAccessToken(token, {
    now,
    findKey: async (sid) => {
      key = await findApiKey(read, sid);
      record = key && keyRecord(key, secretBox, now);
      return record;
    },
  });
  if (key === undefined || record === undefined) throw new TokenRefusal(20103, 'the API key is not known');
  const { secrets } = record;
  // While a rotation overlaps, the secret that signed is told by leaving the old one out.
  const isOld = secrets.length > 1 && !(await isSignedBy(token, now, { ...record, secrets: secrets.slice(0, 1) }));
  return { claims, key, secret: { version: key.secret_version - (isOld ? 1 : 0), isOld } };
}

function keyRecord(key: ApiKeyRow, secretBox: SecretBox, now: number): KeyRecord {
  return {
    accountSid: key.account_sid,
    accountStatus: key.account_status,
    kind: key.kind,
    secrets: liveSecretsOf(key, now).map(({ sealed, sid }) => secretBox.open(sealed, sid)),
    revoked: key.revoked_at !== null,
  };
}

async function isSignedBy(token: string, now: number, record: KeyRecord): Promise<boolean> {
  try {
    await verifyAccessToken(token, { now, findKey: () => record });
    return true;
  } catch (error) {
    if (error instanceof TokenRefusal) return false;
    throw error;
  }
}
