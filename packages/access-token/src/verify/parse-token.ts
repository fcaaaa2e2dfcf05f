import { isUtf8 } from 'node:buffer';
import { MAX_TOKEN_LENGTH } from '../shared/token-format.ts';
import { decodeBase64url } from './base64url.ts';
import type { JsonObject } from './json-object.ts';
import { knownHeaders } from './known-headers.ts';
import { JsonFault, parseStrictObject } from './strict-json.ts';
import { TokenRefusal } from './token-refusal.ts';

/** The three parts of a compact JWS, decoded and not yet believed. */
export interface ParsedToken {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  readonly signature: Buffer;
  /** The text that was signed: encoded header, dot, encoded payload. */
  readonly signingInput: string;
}

/**
 * Takes a token apart (RFC 7515 7.1).
 *
 * @throws {TokenRefusal} 20101 when it is too long or not a JWT of the right form.
 */
export function parseToken(token: unknown): ParsedToken {
  if (typeof token !== 'string' || token === '') throw malformed('the token is missing or not a string');
  if (token.length > MAX_TOKEN_LENGTH) throw malformed(`the token is longer than ${MAX_TOKEN_LENGTH} characters`);
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first === -1 || second === -1 || token.includes('.', second + 1)) {
    throw malformed('the token does not have three parts with dots between them');
  }
  const encodedHeader = token.slice(0, first);
  return {
    header: knownHeaders.get(encodedHeader) ?? parsePart('header', encodedHeader),
    payload: parsePart('payload', token.slice(first + 1, second)),
    signature: decodePart('signature', token.slice(second + 1)),
    signingInput: token.slice(0, second),
  };
}

function parsePart(name: string, encoded: string): JsonObject {
  const bytes = decodePart(name, encoded);
  if (!isUtf8(bytes)) throw malformed(`the ${name} is not UTF-8`);
  try {
    return parseStrictObject(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof JsonFault) throw malformed(`the ${name} ${error.message}`);
    throw error;
  }
}

function decodePart(name: string, encoded: string): Buffer {
  const bytes = decodeBase64url(encoded);
  if (bytes === undefined) throw malformed(`the ${name} is not canonical base64url without padding`);
  return bytes;
}

function malformed(reason: string): TokenRefusal {
  return new TokenRefusal(20101, reason);
}
