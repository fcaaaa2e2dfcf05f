import { isSid } from '../../sid.ts';
import type { ConversationRef, ConversationRow, ReadDb } from '../../store/seam.ts';
import { type Param, statement } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import { notFound } from '../errors.ts';
import type { KeyRange } from '../key-range.ts';

const findBySid = statement((db: ReadDb, p: Param<{ service_id: number; sid: string }>) =>
  db.selectFrom('conversations').selectAll().where('sid', '=', p('sid')).where('service_id', '=', p('service_id')),
);

/** A conversation of the service, by SID only: what SDK users present to peek or join (design 5). */
export async function findConversationBySid(
  db: ReadDb,
  serviceId: number,
  sid: string,
): Promise<ConversationRow | undefined> {
  return (await findBySid(db, { service_id: serviceId, sid }))[0];
}

/** A conversation of the service, by SID or unique name (REST API 1). A unique name never looks like a SID. */
export async function findConversation(
  db: ReadDb,
  serviceId: number,
  sidOrUniqueName: string,
): Promise<ConversationRow | undefined> {
  if (isSid('CH', sidOrUniqueName)) return findConversationBySid(db, serviceId, sidOrUniqueName);
  return db
    .selectFrom('conversations')
    .selectAll()
    .where('service_id', '=', serviceId)
    .where('unique_name', '=', sidOrUniqueName)
    .executeTakeFirst();
}

/** As `findConversation`, refusing with 404. */
export async function requireConversation(
  db: ReadDb,
  serviceId: number,
  sidOrUniqueName: string,
): Promise<ConversationRow> {
  const row = await findConversation(db, serviceId, sidOrUniqueName);
  if (row === undefined) throw notFound(`Conversations/${sidOrUniqueName}`);
  return row;
}

/** Conversations of the service, by id: the order in which they were made. */
export function listConversations(
  db: ReadDb,
  serviceId: number,
  { order, from, limit }: KeyRange,
): Promise<ConversationRow[]> {
  let query = db.selectFrom('conversations').selectAll().where('service_id', '=', serviceId);
  if (from !== undefined) query = query.where('id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('id', order).limit(limit).execute();
}

export function conversationRef(service: Pick<ServiceRef, 'sid'>, row: Pick<ConversationRow, 'sid'>): ConversationRef {
  return { sid: row.sid, service_sid: service.sid };
}
