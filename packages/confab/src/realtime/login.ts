import { type AccessTokenClaims, type KeyRecord, TokenRefusal, verifyAccessToken } from '@confab/access-token/verify';
import type { Clock } from '../clock.ts';
import {
  type AccountActor,
  connectUser,
  type Execute,
  findApiKey,
  findService,
  findUser,
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
}

export interface LoginContext {
  read: ReadDb;
  execute: Execute;
  secretBox: SecretBox;
  clock: Clock;
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
  let signing: SigningKey | undefined;
  const claims = await verifyAccessToken(token, {
    now: clock.now(),
    findKey: async (sid) => {
      signing = await findSigningKey(context, sid);
      return signing?.record;
    },
  });
  const { chat } = claims.grants;
  if (chat === undefined) throw new TokenRefusal(20106, 'grants has no chat grant');
  const service = signing === undefined ? undefined : await findService(read, signing.accountId, chat.serviceSid);
  if (signing === undefined || service === undefined) {
    throw new TokenRefusal(20106, `the chat service ${chat.serviceSid} does not exist in the account`);
  }
  const ref = serviceRef(service);
  const { identity } = claims;
  // The account acts here: there is no user yet.
  const account: AccountActor = {
    kind: 'account',
    account: { id: signing.accountId, sid: claims.accountSid, default_service_id: null },
    credentialSid: claims.apiKeySid,
    main: false,
  };
  const known = await findUser(read, ref.id, identity);
  // Before a user is made: one who was deleted must not come back with the client that still has what was theirs.
  if (continuationToken !== null) requireSameLife(context, continuationToken, ref.sid, known?.sid);
  const user =
    known ?? (await execute(connectUser, account, { service: ref, identity, roleSid: chat.deploymentRoleSid }));
  const actor: UserActor = { kind: 'user', service: ref, user: { id: user.id, sid: user.sid, identity } };
  return { actor, claims, sessionEnds: signing.sessionEnds };
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

interface SigningKey {
  accountId: number;
  sessionEnds: number;
  record: KeyRecord;
}

async function findSigningKey({ read, secretBox }: LoginContext, sid: string): Promise<SigningKey | undefined> {
  const key = await findApiKey(read, sid);
  if (key === undefined) return undefined;
  return {
    accountId: key.account_id,
    sessionEnds: key.account_session_ends,
    record: {
      accountSid: key.account_sid,
      accountStatus: key.account_status,
      kind: key.kind,
      secrets: [secretBox.open(key.secret, key.sid)],
      revoked: key.revoked_at !== null,
    },
  };
}
