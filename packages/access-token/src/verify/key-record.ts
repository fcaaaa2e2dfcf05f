import { describeSid, isSid } from '../shared/sid.ts';
import { type JsonObject, own } from './json-object.ts';
import { TokenRefusal } from './token-refusal.ts';

/** What the verifier must know about an API key to judge a token that names it. */
export interface KeyRecord {
  /** The account that owns the key. */
  readonly accountSid: string;
  /** Only keys of an `active` account are accepted. */
  readonly accountStatus: string;
  /** Main and Standard keys sign tokens; any other kind does not. */
  readonly kind: 'main' | 'standard' | 'restricted';
  /**
   * The live secrets: one, or several while a rotation overlaps, in any order. Text stands for its UTF-8 bytes, as in the
   * libraries that mint. Empty secrets never match.
   */
  readonly secrets: readonly (string | Uint8Array)[];
  readonly revoked?: boolean | undefined;
}

export interface Issuer {
  readonly apiKeySid: string;
  readonly accountSid: string;
}

/**
 * Reads who claims to have issued the token. Both are SIDs by shape, so they may be used in a query and a log.
 *
 * @throws {TokenRefusal} 20103
 */
export function readIssuer(payload: JsonObject): Issuer {
  const apiKeySid = own(payload, 'iss');
  const accountSid = own(payload, 'sub');
  if (!isSid('SK', apiKeySid)) throw wrong(`iss is not ${describeSid('SK')}`);
  if (!isSid('AC', accountSid)) throw wrong(`sub is not ${describeSid('AC')}`);
  return { apiKeySid, accountSid };
}

/**
 * Checks that the key may sign for the account that the token names (access tokens 2 and 4), and returns its secrets.
 *
 * @throws {TokenRefusal} 20103
 */
export function liveSecrets(key: KeyRecord | undefined, issuer: Issuer): KeyRecord['secrets'] {
  const { apiKeySid, accountSid } = issuer;
  if (key === undefined) throw wrong(`no API key ${apiKeySid}`);
  if (key.revoked === true) throw wrong(`the API key ${apiKeySid} is revoked`);
  if (key.accountSid !== accountSid) throw wrong(`the API key ${apiKeySid} does not belong to ${accountSid}`);
  if (key.accountStatus !== 'active') throw wrong(`the account ${accountSid} is not active`);
  if (key.kind !== 'main' && key.kind !== 'standard') {
    throw wrong(`the API key ${apiKeySid} is restricted; only Main and Standard keys sign Access Tokens`);
  }
  return key.secrets;
}

function wrong(reason: string): TokenRefusal {
  return new TokenRefusal(20103, reason);
}
