import { randomBytes } from 'node:crypto';
import { newSid } from '../../sid.ts';
import type { ReadDb } from '../../store/seam.ts';
import { appendAccountEvent } from '../account/append-account-event.ts';
import { findCredential } from '../account/authenticate.ts';
import type { AccountActor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { notFound } from '../errors.ts';
import { type ConsoleSession, digestOf, SESSION_MS } from './console-session.ts';

/** Sign-ins of one account at a time; the oldest ends when there is one more. */
const SESSIONS_PER_ACCOUNT = 100;

export interface OpenConsoleSessionInput {
  /** The credential's sealed secret, as it is now. */
  sealedSecret: string;
}

interface Plan {
  secretDigest: string;
  renewal: string;
}

export interface OpenedConsoleSession extends ConsoleSession {
  /** What its cookie holds: the only way to prove later that this is the session. */
  renewal: string;
}

/** Signs whoever has proved to hold a credential in at the console, for twelve hours at most. */
export const openConsoleSession: Command<OpenConsoleSessionInput, Plan, OpenedConsoleSession> = {
  name: 'openConsoleSession',
  evenOnFullDisk: true,
  prepare: (_context, { sealedSecret }) => ({
    secretDigest: digestOf(sealedSecret),
    renewal: randomBytes(32).toString('base64url'),
  }),
  async transact(context, { secretDigest, renewal }) {
    const { actor, db, now } = context;
    if (actor.kind !== 'account') throw notFound('console');
    const { id } = actor.account;
    await db.deleteFrom('console_sessions').where('ends_at', '<=', now).execute();
    const newest = db
      .selectFrom('console_sessions')
      .select('sid')
      .where('account_id', '=', id)
      .orderBy('created_at', 'desc')
      .orderBy('sid', 'desc')
      .limit(SESSIONS_PER_ACCOUNT - 1);
    await db.deleteFrom('console_sessions').where('account_id', '=', id).where('sid', 'not in', newest).execute();
    const session = { sid: newSid('CS', now), ends_at: now + SESSION_MS };
    await db
      .insertInto('console_sessions')
      .values({
        ...session,
        account_id: id,
        credential_sid: actor.credentialSid,
        secret_digest: secretDigest,
        renewal_digest: digestOf(renewal),
        created_at: now,
      })
      .execute();
    await recordAudit(context, { action: 'console_session.opened', subjectSid: session.sid });
    await appendAccountEvent(context, 'console_session.opened', { sid: session.sid });
    return { ...session, renewal };
  },
};

/** The account of a development server, which trusts whoever sits at the machine: the first one, with its auth token. */
export async function developmentCredential(
  read: ReadDb,
  now: number,
): Promise<{ actor: AccountActor; sealedSecret: string } | undefined> {
  const first = await read.selectFrom('accounts').select('sid').orderBy('id').limit(1).executeTakeFirst();
  const credential = first && (await findCredential(read, first.sid, now));
  const [secret] = credential?.secrets ?? [];
  if (secret === undefined || credential?.actor === undefined) return undefined;
  return { actor: credential.actor, sealedSecret: secret.sealed };
}
