import { appendEvent, type MessageRow, type ReadDb, type Store, type WriteDb } from '../../store/seam.ts';
import { SYSTEM } from '../actor.ts';
import type { TransactContext } from '../command.ts';
import { lockEvenDeleted } from '../conversation/lock-state.ts';
import { messageFacts } from '../message/facts.ts';
import { takeMessage } from '../message/take-message.ts';
import { DAY_MS, effective, RETENTION_COLUMNS } from './settings.ts';

/** Conversations that are looked at in one go, and messages that one transaction takes. */
const CONVERSATIONS_AT_ONCE = 100;
const MESSAGES_AT_ONCE = 25;

/** Services in which messages have an age at which they go. */
export async function servicesWithMessageAge(db: ReadDb): Promise<{ id: number; sid: string; days: number }[]> {
  const rows = await db
    .selectFrom('retention')
    .innerJoin('services', 'services.sid', 'retention.owner_sid')
    .select(['services.id', 'services.sid', ...RETENTION_COLUMNS])
    .where('services.deleted_at', 'is', null)
    .where('messages_days', '>', 0)
    .orderBy('services.id')
    .limit(1000)
    .execute();
  return rows.flatMap(({ id, sid, ...stored }) => {
    const days = effective(stored).messagesDays;
    return days === null ? [] : [{ id, sid, days }];
  });
}

/**
 * Takes messages that are older than their service keeps them out of its next conversations after `after`, the oldest of each first, and
 * stops in each at the first that stays: no index of ages is kept, which every message would have to pay for. Clients see removals; indexes
 * are not used again. Resolves with the conversation to go on after; undefined at the end.
 */
export async function expireMessages(
  store: Store,
  service: { id: number; sid: string; days: number },
  now: number,
  after: number,
): Promise<number | undefined> {
  const conversations = await store.read
    .selectFrom('conversations')
    .select('id')
    .where('service_id', '=', service.id)
    .where('id', '>', after)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(CONVERSATIONS_AT_ONCE)
    .execute();
  const before = now - service.days * DAY_MS;
  for (const { id } of conversations) {
    // A look outside of the writer first: mostly there is nothing.
    while ((await oldest(store.read, id, before)).length > 0) {
      await store.write(({ db, changes }) => takeOldest({ db, changes, now }, service, id, before), { affinity: id });
    }
  }
  return conversations.at(-1)?.id;
}

/** The messages at the beginning of the conversation that are all from before `before`. */
async function oldest(db: ReadDb | WriteDb, conversationId: number, before: number): Promise<MessageRow[]> {
  const rows = await db
    .selectFrom('messages')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .orderBy('index')
    .limit(MESSAGES_AT_ONCE)
    .execute();
  const stays = rows.findIndex(({ created_at }) => created_at >= before);
  return stays === -1 ? rows : rows.slice(0, stays);
}

async function takeOldest(
  context: Pick<TransactContext, 'db' | 'changes' | 'now'>,
  service: { id: number; sid: string },
  conversationId: number,
  before: number,
): Promise<void> {
  const { db, now } = context;
  const conversation = await lockEvenDeleted(db, conversationId);
  if (conversation === undefined) return;
  for (const row of await oldest(db, conversationId, before)) {
    await takeMessage(context, service, conversation, row);
    const bare = { ...row, body: null, subject: null, attributes: '{}', media: null };
    await appendEvent(db, {
      service_id: service.id,
      kind: 'message.removed',
      subject_sid: row.sid,
      actor: SYSTEM,
      payload: JSON.stringify({ ...messageFacts(bare, conversation), removed_at: now }),
      created_at: now,
    });
  }
}
