import { sql } from 'kysely';
import { appendEvent, type ConversationRow, type MessageRow, type ReadDb, type Store } from '../../store/seam.ts';
import { SYSTEM } from '../actor.ts';
import type { TransactContext } from '../command.ts';
import { lockUnlessDeleted } from '../conversation/lock-state.ts';
import { mediaOf } from '../media/media-item.ts';
import { removeMediaRows } from '../media/remove-media.ts';
import { changeMessage } from '../message/change-message.ts';
import { messageFacts } from '../message/facts.ts';
import { DAY_MS, effective, RETENTION_COLUMNS } from './settings.ts';

/** Files in one go. */
const FILES_AT_ONCE = 50;

export interface MediaRetention {
  id: number;
  sid: string;
  days: number | null;
  maxBytes: number | null;
}

/** Services in which files go apart from their messages. */
export async function servicesWithMediaRetention(db: ReadDb): Promise<MediaRetention[]> {
  const rows = await db
    .selectFrom('retention')
    .innerJoin('services', 'services.sid', 'retention.owner_sid')
    .select(['services.id', 'services.sid', ...RETENTION_COLUMNS])
    .where('services.deleted_at', 'is', null)
    .where(({ eb, or }) => or([eb('media_days', '>', 0), eb('media_max_bytes', '>', 0)]))
    .orderBy('services.id')
    .limit(1000)
    .execute();
  return rows.map(({ id, sid, ...stored }) => {
    const { mediaDays: days, mediaMaxBytes: maxBytes } = effective(stored);
    return { id, sid, days, maxBytes };
  });
}

/**
 * Id of the newest of the service's attached files that has to go, with all that came before it: it is too old, or what came after it, and
 * it, are more than is kept. 0 when all stay. One statement finds it, so that two nodes which do this at once do not take twice as much.
 */
export async function lastToExpire(db: ReadDb, { id, days, maxBytes }: MediaRetention, now: number): Promise<number> {
  const attached = db
    .selectFrom('media')
    .where('service_id', '=', id)
    .where('message_sid', 'is not', null)
    .where('deleted_at', 'is', null);
  const tooOld =
    days === null
      ? undefined
      : await attached
          .select(({ fn }) => fn.max('id').as('id'))
          .where('created_at', '<', now - days * DAY_MS)
          .executeTakeFirst();
  const tooMuch =
    maxBytes === null
      ? undefined
      : await db
          .selectFrom(
            attached
              .select('id')
              .select(sql<number>`SUM(size + COALESCE(thumbnail_size, 0)) OVER (ORDER BY id DESC)`.as('bytes'))
              .as('newer'),
          )
          .select(({ fn }) => fn.max('id').as('id'))
          .where('bytes', '>', maxBytes)
          .executeTakeFirst();
  return Math.max(tooOld?.id ?? 0, tooMuch?.id ?? 0);
}

/**
 * Removes the oldest attached files of the service up to the id `upTo`, a chunk of them, as if their messages were removed; the messages
 * stay without them, and clients see them change. Resolves with how many files there were; 0: none is left.
 */
export async function expireMedia(
  store: Store,
  service: Pick<MediaRetention, 'id' | 'sid'>,
  now: number,
  upTo: number,
): Promise<number> {
  const files = await store.read
    .selectFrom('media')
    .select(['id', 'conversation_id'])
    .where('service_id', '=', service.id)
    .where('message_sid', 'is not', null)
    .where('deleted_at', 'is', null)
    .where('id', '<=', upTo)
    .orderBy('id')
    .limit(FILES_AT_ONCE)
    .execute();
  for (const [conversationId, theirs] of Map.groupBy(files, ({ conversation_id }) => conversation_id ?? 0)) {
    const ids = theirs.map(({ id }) => id);
    await store.write(({ db, changes }) => takeFiles({ db, changes, now }, service, conversationId, ids), {
      affinity: conversationId,
    });
  }
  return files.length;
}

async function takeFiles(
  context: Pick<TransactContext, 'db' | 'changes' | 'now'>,
  service: Pick<MediaRetention, 'id' | 'sid'>,
  conversationId: number,
  ids: readonly number[],
): Promise<void> {
  const { db, now } = context;
  // Closed ones as well: age does not end with a conversation.
  const conversation = await lockUnlessDeleted(db, conversationId);
  // Behind the lock: a message that was removed meanwhile has taken its files along.
  const removed = await removeMediaRows(db, ids, now);
  // What is in a deleted conversation goes unseen.
  if (conversation === undefined) return;
  for (const [messageSid, files] of Map.groupBy(removed, ({ message_sid }) => message_sid)) {
    const message = await db
      .selectFrom('messages')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .where('sid', '=', messageSid)
      .executeTakeFirst();
    if (message === undefined) continue;
    const gone = new Set(files.map(({ sid }) => sid));
    await leaveWithout(context, service, conversation, message, gone);
  }
}

async function leaveWithout(
  context: Pick<TransactContext, 'db' | 'changes' | 'now'>,
  service: Pick<MediaRetention, 'id' | 'sid'>,
  conversation: ConversationRow,
  message: MessageRow,
  gone: ReadonlySet<string>,
): Promise<void> {
  const left = (mediaOf(message) ?? []).filter(({ sid }) => !gone.has(sid));
  const { db, now } = context;
  const row = await changeMessage(context, service, conversation, message, {
    media: left.length === 0 ? null : JSON.stringify(left),
    // A message has a text or files: clients rely on it.
    ...(left.length === 0 && message.body === null && { body: '' }),
    last_updated_by: SYSTEM,
    updated_at: now,
  });
  await appendEvent(db, {
    service_id: service.id,
    kind: 'message.updated',
    subject_sid: row.sid,
    actor: SYSTEM,
    payload: JSON.stringify(messageFacts(row, conversation)),
    created_at: now,
  });
}
