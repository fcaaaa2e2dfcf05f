import type { Selectable } from 'kysely';
import type { DeliveryState, ReadDb, Store, WebhookAttemptTable, WebhookDeliveryTable } from '../../store/seam.ts';
import { appendAccountEvent } from '../account/append-account-event.ts';
import { requireAccount } from '../account/require-main.ts';
import type { Command } from '../command.ts';
import { DomainError, notFound } from '../errors.ts';
import type { KeyRange } from '../key-range.ts';

export type WebhookDeliveryRow = Selectable<WebhookDeliveryTable>;
export type WebhookAttemptRow = Selectable<WebhookAttemptTable>;

/** Which deliveries are meant: all that match every given one. */
export interface DeliveryFilter {
  state?: DeliveryState | undefined;
  /** Whether those behind it did not wait for it any more. */
  late?: boolean | undefined;
  target?: string | undefined;
  event?: string | undefined;
  conversationSid?: string | undefined;
}

/** Deliveries of the account, by id: the order in which they were planned. */
export function listWebhookDeliveries(
  db: ReadDb,
  accountId: number,
  { state, late, target, event, conversationSid }: DeliveryFilter,
  { order, from, limit }: KeyRange,
): Promise<WebhookDeliveryRow[]> {
  let query = db.selectFrom('webhook_deliveries').selectAll().where('account_id', '=', accountId);
  if (state !== undefined) query = query.where('state', '=', state);
  if (late !== undefined) query = query.where('late', '=', late ? 1 : 0);
  if (target !== undefined) query = query.where('target', '=', target);
  if (event !== undefined) query = query.where('event', '=', event);
  if (conversationSid !== undefined) query = query.where('conversation_sid', '=', conversationSid);
  if (from !== undefined) query = query.where('id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('id', order).limit(limit).execute();
}

export function findWebhookDelivery(
  db: ReadDb,
  accountId: number,
  sid: string,
): Promise<WebhookDeliveryRow | undefined> {
  return db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('sid', '=', sid)
    .executeTakeFirst();
}

/** Most attempts that one delivery is shown with. */
const ATTEMPTS_SHOWN = 50;

/** The tries of a delivery, the newest last. */
export async function listWebhookAttempts(db: ReadDb, deliveryId: number): Promise<WebhookAttemptRow[]> {
  const rows = await db
    .selectFrom('webhook_attempts')
    .selectAll()
    .where('delivery_id', '=', deliveryId)
    .orderBy('id', 'desc')
    .limit(ATTEMPTS_SHOWN)
    .execute();
  return rows.reverse();
}

/** How often in a row the target failed last, and until when it is left alone. */
export async function targetTrouble(db: ReadDb, target: string): Promise<{ failures: number; pausedUntil: number }> {
  const row = await db.selectFrom('webhook_breakers').selectAll().where('target', '=', target).executeTakeFirst();
  return { failures: row?.failures ?? 0, pausedUntil: row?.open_until ?? 0 };
}

/** A lane of its own for what those behind it do not wait for. */
export const lateLane = (deliverySid: string): string => `late/${deliverySid}`;

/**
 * Has a delivery sent again at once, apart from the order of its conversation, also one that was delivered. For account credentials. One
 * that waits for its turn is refused (20409): it will be sent.
 */
export const redeliverWebhook: Command<{ sid: string }, { sid: string }, WebhookDeliveryRow> = {
  name: 'redeliverWebhook',
  prepare({ actor }, input) {
    requireAccount(actor);
    return input;
  },
  async transact(context, { sid }) {
    const { actor, db, now } = context;
    const { account } = requireAccount(actor);
    const lane = lateLane(sid);
    const row = await db
      .updateTable('webhook_deliveries')
      .set({ state: 'waiting', late: 1, lane, updated_at: now })
      .where('account_id', '=', account.id)
      .where('sid', '=', sid)
      .where((eb) => eb.or([eb('state', '<>', 'waiting'), eb('late', '=', 1)]))
      // What came before a change is answered for good.
      .where((eb) => eb.or([eb('entry_id', 'is not', null), eb('message_id', 'is not', null)]))
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) {
      const found = await findWebhookDelivery(db, account.id, sid);
      if (found === undefined) throw notFound(sid);
      if (found.entry_id === null && found.message_id === null)
        throw new DomainError(
          20409,
          409,
          'The webhook was asked before a change, which is decided: it is not asked again.',
        );
      throw new DomainError(20409, 409, 'The delivery waits for its turn and is sent then.');
    }
    await db
      .insertInto('webhook_lanes')
      .values({ target: row.target, lane, due_at: now, holder: null, leased_until: 0 })
      .onConflict((conflict) => conflict.columns(['target', 'lane']).doUpdateSet({ due_at: now }))
      .execute();
    const { target, event } = row;
    await appendAccountEvent(context, 'webhook_delivery.redelivered', { sid, target, event });
    return row;
  },
};

/** Deletes up to `limit` deliveries that are done, the oldest first: from before `before` (ms), and those beyond the newest `most`. */
export async function forgetDeliveries(
  store: Store,
  { before, most, limit }: { before: number; most: number; limit: number },
): Promise<number> {
  const done = store.read.selectFrom('webhook_deliveries').select(['id', 'updated_at']).where('state', '<>', 'waiting');
  const newestTooMany = await done.orderBy('id', 'desc').offset(most).limit(1).executeTakeFirst();
  const oldest = await done.orderBy('id').limit(limit).execute();
  const ids = oldest
    .filter(({ id, updated_at }) => updated_at < before || (newestTooMany !== undefined && id <= newestTooMany.id))
    .map(({ id }) => id);
  if (ids.length === 0) return 0;
  await store.write(async ({ db }) => {
    await db.deleteFrom('webhook_attempts').where('delivery_id', 'in', ids).execute();
    await db.deleteFrom('webhook_deliveries').where('id', 'in', ids).where('state', '<>', 'waiting').execute();
  });
  return ids.length;
}
