import { decodeBase64url } from '../../verify/decode-base64url.ts';
import { type JsonObject, own } from '../../verify/json-object.ts';
import { parseStrictObject } from '../../verify/strict-json.ts';
import { utf8 } from '../bytes.ts';

/** A JWT in its parts, not yet believed. */
export interface Jwt {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly signature: Uint8Array<ArrayBuffer>;
  readonly signingInput: Uint8Array<ArrayBuffer>;
}

const TYPES: ReadonlySet<unknown> = new Set([undefined, 'jwt', 'at+jwt']);

/** Takes a compact JWS apart (RFC 7515 7.1); undefined for whatever is none, or says one thing twice. */
export function parseJwt(text: string): Jwt | undefined {
  const [header = '', claims = '', signature = '', more] = text.split('.', 4);
  const bytes = decodeBase64url(signature);
  const parsed = { header: parsePart(header), claims: parsePart(claims) };
  if (parsed.header === undefined || parsed.claims === undefined || bytes === undefined || more !== undefined) {
    return undefined;
  }
  return {
    header: parsed.header,
    claims: parsed.claims,
    signature: new Uint8Array(bytes),
    signingInput: utf8(`${header}.${claims}`),
  };
}

/** What is wrong with a header, whatever its algorithm. Keys in it or behind its URLs are never looked at (RFC 8725 3.10). */
export function headerFault(header: JsonObject): string | undefined {
  // RFC 7515 4.1.11: an extension that is not understood must not be passed over, and none is.
  if (own(header, 'crit') !== undefined) return 'the header has crit';
  const type = own(header, 'typ');
  const plain = typeof type === 'string' ? type.toLowerCase().replace(/^application\//, '') : type;
  // RFC 8725 3.11: a logout token, say, is not one to sign in with.
  if (!TYPES.has(plain)) return 'typ is not JWT or at+jwt';
  const kid = own(header, 'kid');
  return kid === undefined || typeof kid === 'string' ? undefined : 'kid is not text';
}

function parsePart(encoded: string): JsonObject | undefined {
  const bytes = decodeBase64url(encoded);
  if (bytes === undefined) return undefined;
  try {
    return parseStrictObject(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
