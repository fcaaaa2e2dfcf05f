import { isJsonObject, type JsonObject, own } from '../../verify/json-object.ts';
import { type Algorithm, specOf } from './algorithms.ts';

/** Shorter RSA keys are no longer safe (RFC 7518 3.3). */
const MIN_RSA_BITS = 2_048;

const MAX_KEYS = 100;

/** The keys in a JWK Set (RFC 7517 5); undefined if it is none. What is no key is passed over. */
export function readKeySet(text: string): readonly JsonObject[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const keys = isJsonObject(value) ? own(value, 'keys') : undefined;
  return Array.isArray(keys) && keys.length <= MAX_KEYS ? keys.filter(isJsonObject) : undefined;
}

/** Whether the key is meant for signatures of this algorithm (RFC 7517 4), and has the id, if there is one to have. */
export function isKeyFor(jwk: JsonObject, algorithm: Algorithm, kid: string | undefined): boolean {
  const { kty, crv } = specOf(algorithm);
  const operations = own(jwk, 'key_ops');
  return (
    own(jwk, 'kty') === kty &&
    (crv === undefined || own(jwk, 'crv') === crv) &&
    (kid === undefined || own(jwk, 'kid') === kid) &&
    isAbsentOr(own(jwk, 'alg'), algorithm) &&
    isAbsentOr(own(jwk, 'use'), 'sig') &&
    (operations === undefined || (Array.isArray(operations) && operations.includes('verify')))
  );
}

/** The key in usable form; undefined when it is broken or too short. Only its public members are looked at. */
export async function importKey(jwk: JsonObject, algorithm: Algorithm): Promise<CryptoKey | undefined> {
  const { importAs } = specOf(algorithm);
  const members = ['kty', 'crv', 'x', 'y', 'n', 'e'].filter((name) => typeof own(jwk, name) === 'string');
  const publicJwk = Object.fromEntries(members.map((name) => [name, own(jwk, name)]));
  try {
    const key = await crypto.subtle.importKey('jwk', publicJwk, importAs, false, ['verify']);
    return isLongEnough(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

function isLongEnough({ algorithm }: CryptoKey): boolean {
  if (!('modulusLength' in algorithm)) return true;
  return typeof algorithm.modulusLength === 'number' && algorithm.modulusLength >= MIN_RSA_BITS;
}

function isAbsentOr(value: unknown, expected: string): boolean {
  return value === undefined || value === expected;
}
