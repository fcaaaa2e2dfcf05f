import { isSid } from '../../sid.ts';
import type { ConversationRow, WriteDb } from '../../store/seam.ts';
import type { Actor, ServiceRef } from '../actor.ts';
import type { TransactContext } from '../command.ts';
import { DomainError, invalidParameter } from '../errors.ts';
import { type MediaItem, type MediaRow, mediaItem } from './media-item.ts';

/** Parts of an e-mail that a message can have beside its files: a body and a history, as text and as HTML. */
const EMAIL_PARTS = 4;

/** Refuses a list of files that no message could have. */
export function checkMediaSids(sids: readonly string[], filesPerMessage: number): void {
  if (sids.length > filesPerMessage + EMAIL_PARTS)
    throw invalidParameter(`A message can have at most ${filesPerMessage} files.`, 'MediaSid');
  const twice = sids.find((sid, at) => sids.indexOf(sid) !== at);
  if (twice !== undefined) throw used(twice);
  // Nor could an engine look for it: there can be anything in what a client sends.
  const none = sids.find((sid) => !isSid('ME', sid));
  if (none !== undefined) throw missing(none);
}

/**
 * Gives the files to a message that is being sent, in its transaction: whoever comes second finds them taken. SDK users can give what they
 * uploaded themselves, account credentials whatever is in the service. Refuses with 50507 what is not there (any more) or is not theirs to
 * give, with 50508 what another message has.
 */
export async function attachMedia(
  { actor, db, limits, now }: Pick<TransactContext, 'actor' | 'db' | 'limits' | 'now'>,
  service: ServiceRef,
  conversation: ConversationRow,
  messageSid: string,
  sids: readonly string[],
): Promise<readonly MediaItem[]> {
  const found = new Map<string, MediaRow>();
  // In one order whoever attaches, so that two who attach the same do not wait for each other.
  for (const sid of sids.toSorted()) {
    let update = db
      .updateTable('media')
      .set({ message_sid: messageSid, conversation_id: conversation.id, updated_at: now })
      .where('sid', '=', sid)
      .where('service_id', '=', service.id)
      .where('message_sid', 'is', null)
      .where('deleted_at', 'is', null)
      .where('created_at', '>', now - limits.mediaUnattachedMs);
    if (actor.kind === 'user') update = update.where('user_id', '=', actor.user.id);
    const row = await update.returningAll().executeTakeFirst();
    if (row === undefined) throw await whyNotAttached(db, actor, service, sid);
    found.set(sid, row);
  }
  const rows = sids.flatMap((sid) => found.get(sid) ?? []);
  const files = rows.filter(({ category }) => category === 'media').length;
  if (files > limits.mediaFilesPerMessage)
    throw invalidParameter(`A message can have at most ${limits.mediaFilesPerMessage} files.`, 'MediaSid');
  const bytes = rows.reduce((sum, { size }) => sum + size, 0);
  if (bytes > limits.mediaBytesPerMessage)
    throw invalidParameter(
      `The files of a message can have at most ${limits.mediaBytesPerMessage} bytes together.`,
      'MediaSid',
    );
  return rows.map(mediaItem);
}

async function whyNotAttached(db: WriteDb, actor: Actor, service: ServiceRef, sid: string): Promise<DomainError> {
  let query = db
    .selectFrom('media')
    .select('message_sid')
    .where('sid', '=', sid)
    .where('service_id', '=', service.id)
    .where('deleted_at', 'is', null);
  if (actor.kind === 'user') query = query.where('user_id', '=', actor.user.id);
  const row = await query.executeTakeFirst();
  return row?.message_sid == null ? missing(sid) : used(sid);
}

function missing(sid: string): DomainError {
  return new DomainError(50507, 404, `Media ${sid} not found: upload it, and send it within five minutes.`, 'MediaSid');
}

function used(sid: string): DomainError {
  return new DomainError(50508, 409, `Media ${sid} is used already: a file can be in one message only.`, 'MediaSid');
}
