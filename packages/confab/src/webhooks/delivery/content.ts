import { messageFacts } from '../../domain/index.ts';
import { noticesOf, scopeOf } from '../../events/index.ts';
import type { EventLogEntry, ReadDb } from '../../store/index.ts';
import type { HookParams } from '../sender/index.ts';
import type { DeliveryRow } from './lanes.ts';

/**
 * The parameters of a delivery, read where they stand: in the entry of the event log, or, of one that is sent to a new webhook, in the
 * message. Undefined when neither is there any more.
 */
export async function contentOf(read: ReadDb, delivery: DeliveryRow): Promise<HookParams | undefined> {
  const { entry_id, message_id } = delivery;
  const entry =
    entry_id !== null
      ? await entryAt(read, entry_id)
      : message_id !== null
        ? await asEntry(read, message_id)
        : undefined;
  const scope = entry && (await scopeOf(read, entry.service_id));
  const notice = entry && scope && noticesOf(entry, scope)[delivery.notice];
  if (notice === undefined) return undefined;
  const parameters = notice.parameters.map(
    ([name, value]) => [name, name === 'RetryCount' ? String(delivery.tries) : value] as const,
  );
  // By this the receiver tells a conversation's webhooks from the general one (webhooks 1).
  return delivery.target.startsWith('WH') ? [...parameters, ['WebhookSid', delivery.target]] : parameters;
}

function entryAt(read: ReadDb, id: number): Promise<EventLogEntry | undefined> {
  return read.selectFrom('event_log').selectAll().where('id', '=', id).executeTakeFirst();
}

/** A message that is there, told as if it had just been sent by whoever is its author. */
async function asEntry(read: ReadDb, id: number): Promise<EventLogEntry | undefined> {
  const message = await read.selectFrom('messages').selectAll().where('id', '=', id).executeTakeFirst();
  const conversation =
    message &&
    (await read
      .selectFrom('conversations')
      .select(['sid', 'service_id', 'messaging_service_sid'])
      .where('id', '=', message.conversation_id)
      .executeTakeFirst());
  if (message === undefined || conversation === undefined) return undefined;
  return {
    id: 0,
    transaction_id: 0,
    service_id: conversation.service_id,
    kind: 'message.added',
    subject_sid: message.sid,
    actor: message.author,
    payload: JSON.stringify(messageFacts(message, conversation)),
    created_at: message.created_at,
    // Nobody knows any more whether it came by an SDK.
    source: null,
    webhooks: 1,
  };
}
