import { encodeBytes } from '../shared/encode-base64url.ts';
import { identityFault } from '../shared/identity.ts';
import { createCookieSigner } from './cookie-signer.ts';
import { cookieOf } from './cookies.ts';
import { TokenHandlerError } from './token-handler-error.ts';
import type { Authentication, Authenticator, Caller } from './types.ts';

/** What a session cookie says. Times are Unix seconds. */
export interface Session {
  /** Random; what a list of ended sessions goes by. */
  readonly id: string;
  readonly identity: string;
  readonly deploymentRoleSid?: string | undefined;
  readonly issuedAt: number;
  readonly endsAt: number;
}

export interface SessionCookieOptions {
  /** At least 32 bytes each. The first signs, all are accepted: to rotate, put a new one in front, and drop the old one a session later. */
  readonly secrets: readonly string[];
  /** Life of a session in whole seconds. Default 12 hours. */
  readonly seconds?: number | undefined;
  /** Default `__Host-session`: browsers take that name only with Secure, Path=/ and no Domain, so that no other site can plant it. */
  readonly name?: string | undefined;
  /** Default `Lax`. `None` for an endpoint on another site than the app. */
  readonly sameSite?: 'Strict' | 'Lax' | 'None' | undefined;
  /** Default true. False for plain HTTP in development, which needs another name. */
  readonly secure?: boolean | undefined;
  /** Whether the session still counts: say false once it was ended by a logout. Without it a copied cookie is good until it expires. */
  readonly isLive?: ((session: Session) => boolean | PromiseLike<boolean>) | undefined;
  /** Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

export interface SessionCookie extends Authenticator {
  /** The value of `Set-Cookie` that begins a session, for whoever has just signed in. Throws TokenHandlerError for a bad identity. */
  begin(caller: Pick<Caller, 'identity' | 'deploymentRoleSid'>): Promise<string>;
  /** The value of `Set-Cookie` that makes a browser forget the session. */
  end(): string;
  /** The session of a request, for the app's other routes; undefined when there is none. */
  read(request: Request): Promise<Session | undefined>;
}

const TWELVE_HOURS = 12 * 3_600;

/**
 * Knows callers by a cookie with a signed session (HMAC-SHA-256, its end inside), and makes that cookie. The session is signed, not
 * encrypted: its owner can read it.
 *
 * @throws {TokenHandlerError} for a short secret, and for a cookie that browsers would not take.
 */
export function sessionCookie(options: SessionCookieOptions): SessionCookie {
  const { seconds = TWELVE_HOURS, name = '__Host-session', sameSite = 'Lax', secure = true } = options;
  const { isLive = () => true, now = Date.now } = options;
  checkCookie(name, secure, sameSite, seconds);
  const signer = createCookieSigner(options.secrets, name);
  const attributes = `Path=/; HttpOnly; SameSite=${sameSite}${secure ? '; Secure' : ''}`;
  const unixSeconds = (): number => Math.floor(now() / 1000);

  async function find(request: Request): Promise<Session | { refused: string }> {
    const value = cookieOf(request, name);
    if (value === undefined) return { refused: `there is no cookie ${name}, or more than one` };
    const session = readSession(await signer.open(value));
    if (session === undefined) return { refused: 'the session cookie is not one that was signed here' };
    if (session.endsAt <= unixSeconds()) return { refused: 'the session has expired' };
    if (!(await isLive(session))) return { refused: 'the session was ended' };
    return session;
  }

  return {
    ambient: true,
    async authenticate(request): Promise<Authentication> {
      const found = await find(request);
      if ('refused' in found) return found;
      const { identity, deploymentRoleSid, endsAt } = found;
      return { identity, deploymentRoleSid, sessionEndsAt: endsAt };
    },
    async begin({ identity, deploymentRoleSid }) {
      const fault = identityFault(identity);
      if (fault !== undefined) throw new TokenHandlerError('invalid_identity', 'identity', fault.message);
      const issuedAt = unixSeconds();
      const id = encodeBytes(crypto.getRandomValues(new Uint8Array(16)));
      const session: Session = { id, identity, deploymentRoleSid, issuedAt, endsAt: issuedAt + seconds };
      return `${name}=${await signer.seal(JSON.stringify(session))}; Max-Age=${seconds}; ${attributes}`;
    },
    end: () => `${name}=; Max-Age=0; ${attributes}`,
    async read(request) {
      const found = await find(request);
      return 'refused' in found ? undefined : found;
    },
  };
}

/** A session from text whose signature was right: the shape is checked for cookies of earlier releases. */
function readSession(text: string | undefined): Session | undefined {
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  const fields = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const [id, identity, deploymentRoleSid] = ['id', 'identity', 'deploymentRoleSid'].map((name) => fields.get(name));
  const [issuedAt, endsAt] = [fields.get('issuedAt'), fields.get('endsAt')];
  if (typeof id !== 'string' || typeof identity !== 'string') return undefined;
  if (typeof issuedAt !== 'number' || typeof endsAt !== 'number') return undefined;
  return { id, identity, issuedAt, endsAt, ...(typeof deploymentRoleSid === 'string' && { deploymentRoleSid }) };
}

function checkCookie(name: string, secure: boolean, sameSite: string, seconds: number): void {
  const complain = (argument: string, message: string) => {
    throw new TokenHandlerError('invalid_cookie', argument, message);
  };
  // RFC 6265 4.1.1; the prefixes are RFC 6265bis 4.1.3.
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) complain('name', 'name is not the name of a cookie');
  if (!secure && /^__(Host|Secure)-/i.test(name)) {
    complain(
      'name',
      `${name} is taken by browsers only with secure; name it otherwise for plain HTTP, such as session`,
    );
  }
  if (!secure && sameSite === 'None') complain('sameSite', 'sameSite None is taken by browsers only with secure');
  if (!Number.isSafeInteger(seconds) || seconds < 1) complain('seconds', 'seconds must be a whole number of 1 or more');
}
