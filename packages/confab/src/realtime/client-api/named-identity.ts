import { decode } from '../tunnel/tunnel-request.ts';

/**
 * What the rest of a path names where an identity ends it. SDKs before 2.4 put identities there as they are, slashes and all, newer ones
 * percent-encode them (protocol 16.2). The decoded text is tried first, so that a client which encodes never hits somebody whose identity
 * looks like an encoded one. The decoded text again when `find` knows neither.
 */
export async function namedIdentity(rest: string, find: (text: string) => Promise<unknown>): Promise<string> {
  const decoded = decode(rest);
  if (decoded === rest || (await find(decoded)) !== undefined) return decoded;
  return (await find(rest)) === undefined ? decoded : rest;
}
