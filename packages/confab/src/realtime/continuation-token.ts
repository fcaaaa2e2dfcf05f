import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/** What a continuation token says: for whom, and in which life of the database, its client was connected (invariant 11). */
export interface Continuation {
  epoch: string;
  serviceSid: string;
  /** Not the identity: a user who was deleted and made again is another one, with other Sync objects. */
  userSid: string;
}

export interface ContinuationTokens {
  issue(continuation: Continuation, now: number): string;
  /** What a token of ours says; undefined for anything else. */
  read(token: string): Continuation | undefined;
}

/** Longest token that is looked at: ours have about 200 characters. */
const MAX_LENGTH = 1024;

/**
 * Tokens are signed, not encrypted: what they say is the client's own data. Keys are 32 bytes; the first one signs, and tokens of all are
 * read.
 */
export function createContinuationTokens(keys: readonly [Buffer, ...Buffer[]]): ContinuationTokens {
  // Key objects: given bytes, Node takes several times as long for each call.
  const [newest, ...older] = [createSecretKey(keys[0]), ...keys.slice(1).map((key) => createSecretKey(key))];
  const sign = (payload: string, key = newest): Buffer => createHmac('sha256', key).update(payload).digest();
  return {
    issue({ epoch, serviceSid, userSid }, now) {
      const payload = Buffer.from(JSON.stringify([epoch, serviceSid, userSid, now])).toString('base64url');
      return `${payload}.${sign(payload).toString('base64url')}`;
    },
    read(token) {
      if (token.length > MAX_LENGTH) return undefined;
      const [payload, signature, ...rest] = token.split('.');
      if (payload === undefined || signature === undefined || rest.length > 0) return undefined;
      const given = Buffer.from(signature, 'base64url');
      const isOurs = [newest, ...older].some((key) => {
        const right = sign(payload, key);
        return given.length === right.length && timingSafeEqual(given, right);
      });
      if (!isOurs) return undefined;
      const fields: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
      if (!Array.isArray(fields)) return undefined;
      const [epoch, serviceSid, userSid] = fields.map(String);
      if (epoch === undefined || serviceSid === undefined || userSid === undefined) return undefined;
      return { epoch, serviceSid, userSid };
    },
  };
}
