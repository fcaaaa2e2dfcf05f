import { TOKEN_HEADER } from '../shared/token-format.ts';
import { type JsonObject, own } from './json-object.ts';
import { TokenRefusal } from './token-refusal.ts';

/** Members that would bring a key, or a place to fetch one, along with the token (RFC 7515 4.1.2, 4.1.3, 4.1.5, 4.1.6). */
const KEY_MEMBERS = ['jwk', 'jku', 'x5u', 'x5c'] as const;

/**
 * Checks the header (access tokens 1): `alg`, `typ` and `cty` exactly, nothing critical (we understand no extension:
 * RFC 7515 4.1.11), no key, and `twr` a string or the `null` that the Ruby library writes. Other members, `kid` among
 * them, are not used for anything.
 *
 * @throws {TokenRefusal} 20102
 */
export function checkHeader(header: JsonObject): void {
  if (own(header, 'alg') !== TOKEN_HEADER.alg) throw wrong(`alg is not ${TOKEN_HEADER.alg}`);
  if (own(header, 'typ') !== TOKEN_HEADER.typ) throw wrong(`typ is not ${TOKEN_HEADER.typ}`);
  if (own(header, 'cty') !== TOKEN_HEADER.cty) throw wrong(`cty is not ${TOKEN_HEADER.cty}`);
  if (Object.hasOwn(header, 'crit')) throw wrong('crit names extensions, and none is supported');
  for (const name of KEY_MEMBERS) {
    if (Object.hasOwn(header, name)) throw wrong(`${name} is not allowed; the key is found by iss`);
  }
  const region = own(header, 'twr');
  if (region !== undefined && region !== null && typeof region !== 'string') throw wrong('twr is not a string');
}

function wrong(what: string): TokenRefusal {
  return new TokenRefusal(20102, `header: ${what}`);
}
