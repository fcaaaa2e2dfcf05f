import { encodeText } from '../shared/encode-base64url.ts';
import { TOKEN_HEADER } from '../shared/token-format.ts';
import type { JsonObject } from './json-object.ts';

const { alg, typ, cty } = TOKEN_HEADER;

/** The headers that the official libraries write, member order and all (access tokens 3). */
const headers: readonly JsonObject[] = [
  { alg, typ, cty }, // Node, C#
  { alg, cty, typ }, // Python, Go
  { typ, alg, cty }, // PHP
  { cty, twr: null, typ, alg }, // Ruby
  { cty, typ, alg }, // Java
];

/**
 * Those headers by their encoding: nearly every token has one of them, so that it need not be decoded and parsed each
 * time. They are checked like any other header.
 */
export const knownHeaders: ReadonlyMap<string, JsonObject> = new Map(
  headers.map((header) => [encodeText(JSON.stringify(header)), header]),
);
