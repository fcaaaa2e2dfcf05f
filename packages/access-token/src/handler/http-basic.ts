import { authorizationOf } from './authorization.ts';
import type { Authentication, Authenticator } from './types.ts';

export interface HttpBasicOptions {
  /**
   * Checks the password, and names the caller. Compare hashes that were made for passwords (argon2, scrypt), or short secrets of
   * programs with `safeEqual`.
   */
  readonly verify: (username: string, password: string) => Authentication | PromiseLike<Authentication>;
}

/**
 * Knows callers by HTTP Basic (RFC 7617), in UTF-8. Browsers remember such credentials and add them by themselves, so pages have to be
 * listed, as with cookies.
 */
export function httpBasic({ verify }: HttpBasicOptions): Authenticator {
  return {
    ambient: true,
    challenge: 'Basic realm="token", charset="UTF-8"',
    async authenticate(request) {
      const credentials = decode(authorizationOf(request, 'Basic'));
      if (credentials === undefined) return { refused: 'there are no Basic credentials' };
      const colon = credentials.indexOf(':');
      if (colon === -1) return { refused: 'the Basic credentials have no colon' };
      return verify(credentials.slice(0, colon), credentials.slice(colon + 1));
    },
  };
}

function decode(encoded: string | undefined): string | undefined {
  if (encoded === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    // A byte order mark is kept: dropped, it would make two names one.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
