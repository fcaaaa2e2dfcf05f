import { hash, timingSafeEqual } from 'node:crypto';
import type { SecretBox } from '../../secrets/index.ts';

/** A credential's secret as it is stored: sealed, and with the SID that it was sealed for. */
export interface StoredSecret {
  sealed: string;
  sid: string;
}

/** The auth tokens of an account that are good: two, while one takes the place of the other. */
export function authTokensOf(account: {
  sid: string;
  auth_token: string;
  secondary_auth_token: string | null;
}): StoredSecret[] {
  const { sid, auth_token, secondary_auth_token } = account;
  return [auth_token, secondary_auth_token].flatMap((sealed) => (sealed === null ? [] : { sealed, sid }));
}

/** Compared with when there is no secret, so that an unknown SID is refused by the same work as a wrong secret. */
const NO_SECRET = digestOf('an unknown credential has no secret at all');

/**
 * Digests of the secrets that were opened, by their sealed text, which changes whenever the secret does. Opening one costs as much as all
 * the rest of a request's authentication.
 */
const opened = new WeakMap<SecretBox, Map<string, Buffer>>();
const KEPT = 1000;

/** Whether `candidate` is the stored secret, in a time that does not depend on where they differ. */
export function isSecret(secretBox: SecretBox, stored: StoredSecret | undefined, candidate: string): boolean {
  const wanted = stored === undefined ? NO_SECRET : openedDigest(secretBox, stored);
  return timingSafeEqual(wanted, digestOf(candidate)) && stored !== undefined;
}

/** Whether `candidate` is one of the stored secrets. With none to compare with, it takes the same work as with one. */
export function isOneOf(secretBox: SecretBox, stored: readonly StoredSecret[], candidate: string): boolean {
  return whichOf(secretBox, stored, candidate) !== undefined;
}

/** That of the stored secrets which `candidate` is. */
export function whichOf(
  secretBox: SecretBox,
  stored: readonly StoredSecret[],
  candidate: string,
): StoredSecret | undefined {
  if (stored.length === 0) isSecret(secretBox, undefined, candidate);
  let found: StoredSecret | undefined;
  for (const one of stored) if (isSecret(secretBox, one, candidate)) found = one;
  return found;
}

function openedDigest(secretBox: SecretBox, { sealed, sid }: StoredSecret): Buffer {
  let digests = opened.get(secretBox);
  if (digests === undefined) {
    digests = new Map();
    opened.set(secretBox, digests);
  }
  let digest = digests.get(sealed);
  if (digest === undefined) {
    digest = digestOf(secretBox.open(sealed, sid));
    if (digests.size >= KEPT) digests.clear();
    digests.set(sealed, digest);
  }
  return digest;
}

function digestOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}
