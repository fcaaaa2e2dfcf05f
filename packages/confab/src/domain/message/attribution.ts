import type { ReadDb } from '../../store/seam.ts';
import { type Actor, SYSTEM } from '../actor.ts';
import { refusals } from '../errors.ts';
import { findParticipantSid } from '../participant/queries.ts';

/** What account credentials may say of a message and SDK users may not: who wrote it, and when. */
interface Attribution {
  author?: string | undefined;
  createdAt?: number | undefined;
  updatedAt?: number | undefined;
}

export interface Author {
  name: string;
  participantSid: string | null;
}

/** Refuses an SDK user who would say that somebody else wrote a message, or at another time. */
export function requireMayAttribute(actor: Actor, { author, createdAt, updatedAt }: Attribution): void {
  const given = author !== undefined || createdAt !== undefined || updatedAt !== undefined;
  if (given && actor.kind === 'user') throw refusals.notAllowed();
}

/** The author whom account credentials name: `system` where they name none, which is nobody's participant (lifecycle 2). */
export async function authorOf(db: ReadDb, conversationId: number, author: string | undefined): Promise<Author> {
  if (author === undefined || author === '') return { name: SYSTEM, participantSid: null };
  return { name: author, participantSid: (await findParticipantSid(db, conversationId, author)) ?? null };
}
