import { isSid } from '../../sid.ts';
import type { ConversationRef, ConversationRow, ConversationState, ReadDb } from '../../store/seam.ts';
import { type Param, statement } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import { notFound } from '../errors.ts';
import type { KeyRange, KeysetRange } from '../key-range.ts';

const findBySid = statement((db: ReadDb, p: Param<{ service_id: number; sid: string }>) =>
  db
    .selectFrom('conversations')
    .selectAll()
    .where('sid', '=', p('sid'))
    .where('service_id', '=', p('service_id'))
    .where('deleted_at', 'is', null),
);

/** A conversation of the service, by SID or unique name (REST API 1). A unique name never looks like a SID. */
export async function findConversation(
  db: ReadDb,
  serviceId: number,
  sidOrUniqueName: string,
): Promise<ConversationRow | undefined> {
  if (isSid('CH', sidOrUniqueName)) return (await findBySid(db, { service_id: serviceId, sid: sidOrUniqueName }))[0];
  return db
    .selectFrom('conversations')
    .selectAll()
    .where('service_id', '=', serviceId)
    .where('unique_name', '=', sidOrUniqueName)
    .where('deleted_at', 'is', null)
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
  { state }: { state?: ConversationState | undefined } = {},
): Promise<ConversationRow[]> {
  let query = conversationsOf(db, serviceId, state);
  if (from !== undefined) query = query.where('id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('id', order).limit(limit).execute();
}

/**
 * Conversations whose creation date is within the bounds, both included, in the order of these dates, which are not those of the ids where
 * history was imported. The key is the date in ms and the id.
 */
export function listConversationsByDate(
  db: ReadDb,
  serviceId: number,
  { order, from: place, limit }: KeysetRange,
  filter: { state?: ConversationState | undefined; from?: number | undefined; until?: number | undefined },
): Promise<ConversationRow[]> {
  const { state, from, until } = filter;
  let query = conversationsOf(db, serviceId, state);
  if (from !== undefined) query = query.where('created_at', '>=', from);
  // Dates are told in whole seconds: what was made within the last one of the range is in it.
  if (until !== undefined) query = query.where('created_at', '<', (Math.floor(until / 1000) + 1) * 1000);
  if (place !== undefined) {
    const [at = 0, id = 0] = place.key.map(Number);
    const beyond = order === 'asc' ? '>' : '<';
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('created_at', 'id'), place.included ? `${beyond}=` : beyond, tuple(at, id)),
    );
  }
  return query.orderBy('created_at', order).orderBy('id', order).limit(limit).execute();
}

function conversationsOf(db: ReadDb, serviceId: number, state: ConversationState | undefined) {
  const query = db
    .selectFrom('conversations')
    .selectAll()
    .where('service_id', '=', serviceId)
    .where('deleted_at', 'is', null);
  return state === undefined ? query : query.where('state', '=', state);
}

/** What the event log tells of a conversation: all that a webhook says of it (webhooks 4), for it may be gone when it is sent. */
export function conversationFacts(row: ConversationRow) {
  const { sid, friendly_name, unique_name, attributes, state, messaging_service_sid, created_at, updated_at } = row;
  return { sid, friendly_name, unique_name, attributes, state, messaging_service_sid, created_at, updated_at };
}

export function conversationRef(service: Pick<ServiceRef, 'sid'>, row: Pick<ConversationRow, 'sid'>): ConversationRef {
  return { sid: row.sid, service_sid: service.sid };
}
