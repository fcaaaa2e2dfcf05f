import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import type { KeyRecord } from '../verify/key-record.ts';
import { type RefusalCode, TokenRefusal } from '../verify/token-refusal.ts';
import { type AccessTokenClaims, verifyAccessToken } from '../verify/verify-access-token.ts';
import { accountSid, apiKey, apiSecret, identity, NOW, serviceSid } from './values.ts';

export { accountSid, apiKey, apiSecret, credentialSid, identity, NOW, roleSid, serviceSid } from './values.ts';

export const goodHeader = { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' };
export const goodGrants = { identity, chat: { service_sid: serviceSid } };
export const goodPayload = {
  jti: `${apiKey}-${NOW}`,
  grants: goodGrants,
  iat: NOW,
  exp: NOW + 3600,
  iss: apiKey,
  sub: accountSid,
};

export const keyRecord: KeyRecord = {
  accountSid,
  accountStatus: 'active',
  kind: 'standard',
  secrets: [new TextEncoder().encode(apiSecret)],
};

export function encode(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64url');
}

/** Signs any header and payload: objects, or JSON text and bytes as they are. */
export function sign(
  header: object | string,
  payload: object | string,
  secret: string | Uint8Array = apiSecret,
): string {
  return signEncoded(`${encode(json(header))}.${encode(json(payload))}`, secret);
}

export function signEncoded(signingInput: string, secret: string | Uint8Array = apiSecret): string {
  return `${signingInput}.${createHmac('sha256', secret).update(signingInput).digest('base64url')}`;
}

function json(part: object | string): string | Uint8Array {
  return typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part);
}

/** A token whose claims are those of the good one with some replaced; `undefined` leaves a claim out. */
export function tokenWith(claims: object): string {
  return sign(goodHeader, { ...goodPayload, ...claims });
}

/** A good token with other members in `grants`. */
export function tokenWithGrants(grants: object): string {
  return tokenWith({ grants: { ...goodGrants, ...grants } });
}

/** Verifies at `seconds`, knowing the one API key as `key`. */
export function verify(
  token: string,
  seconds = NOW,
  key: KeyRecord | undefined = keyRecord,
): Promise<AccessTokenClaims> {
  return verifyAccessToken(token, { now: seconds * 1000, findKey: (sid) => (sid === apiKey ? key : undefined) });
}

/** Expects the verification to be refused with this code, and returns the refusal. */
export async function expectRefusal(verification: Promise<unknown>, code?: RefusalCode): Promise<TokenRefusal> {
  const outcome = await verification.then(
    (claims) => ({ claims }),
    (error: unknown) => error,
  );
  if (!(outcome instanceof TokenRefusal))
    throw new Error(`not refused: ${JSON.stringify(outcome)}`, { cause: outcome });
  if (code !== undefined) expect(`${outcome.code} ${outcome.reason}`).toMatch(new RegExp(`^${code} `));
  return outcome;
}
