import { hash } from 'node:crypto';
import type { SecretBox } from '../../secrets/index.ts';
import { SecretBoxError, safeEqual } from '../../secrets/index.ts';
import { isSid } from '../../sid.ts';
import type { ConsoleSessionTable, ReadDb } from '../../store/seam.ts';
import { findCredential } from '../account/authenticate.ts';
import type { AccountActor } from '../actor.ts';

/** How long somebody stays signed in, at most. */
export const SESSION_MS = 12 * 60 * 60 * 1000;

/** How long what the console sends with its requests is good: a page renews it while it is open. */
export const SESSION_TOKEN_MS = 5 * 60 * 1000;

const ASSOCIATED_DATA = 'console-session-token';

export interface ConsoleSession {
  sid: string;
  /** In ms. */
  ends_at: number;
}

/** What the console sends with its requests: sealed, so that nobody else can make one, and good for a few minutes. */
export function consoleSessionToken(
  secretBox: SecretBox,
  { sid, ends_at }: ConsoleSession,
  now: number,
): { token: string; expiresAt: number } {
  const expiresAt = Math.min(ends_at, now + SESSION_TOKEN_MS);
  return { token: secretBox.seal(`${sid} ${expiresAt}`, ASSOCIATED_DATA), expiresAt };
}

/**
 * Whom a session's token stands for at `now` (ms). Undefined when it was made up or is too old, when somebody has signed out, and when the
 * credential of the sign-in is not what it was.
 */
export async function consoleActor(
  read: ReadDb,
  secretBox: SecretBox,
  token: string,
  now: number,
): Promise<{ actor: AccountActor; session: ConsoleSession } | undefined> {
  const [sid = '', expiresAt] = (open(secretBox, token) ?? '').split(' ');
  if (!isSid('CS', sid) || !(Number(expiresAt) > now)) return undefined;
  const row = await findSession(read, sid);
  return row && live(read, row, now);
}

/** The session whose cookie holds `renewal`, with whom it stands for; undefined as for `consoleActor`. */
export async function renewableSession(
  read: ReadDb,
  { sid, renewal }: { sid: string; renewal: string },
  now: number,
): Promise<{ actor: AccountActor; session: ConsoleSession } | undefined> {
  const row = await findSession(read, sid);
  if (row === undefined || !safeEqual(row.renewal_digest, digestOf(renewal))) return undefined;
  return live(read, row, now);
}

function findSession(read: ReadDb, sid: string): Promise<ConsoleSessionTable | undefined> {
  return read.selectFrom('console_sessions').selectAll().where('sid', '=', sid).executeTakeFirst();
}

/** The session with whom it stands for, if neither it nor what its credential was is over. */
async function live(read: ReadDb, { sid, ends_at, credential_sid, secret_digest }: ConsoleSessionTable, now: number) {
  if (ends_at <= now) return undefined;
  const credential = await findCredential(read, credential_sid, now);
  const isSame = credential?.secrets.some(({ sealed }) => digestOf(sealed) === secret_digest) ?? false;
  const actor = credential?.actor;
  return isSame && actor !== undefined ? { actor, session: { sid, ends_at } } : undefined;
}

/** Of a long random text: it cannot be guessed from this. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url');
}

function open(secretBox: SecretBox, token: string): string | undefined {
  try {
    return secretBox.open(token, ASSOCIATED_DATA);
  } catch (error) {
    if (error instanceof SecretBoxError) return undefined;
    throw error;
  }
}
