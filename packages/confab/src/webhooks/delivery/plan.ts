import { effectiveWebhookConfiguration, sendingWebhooks } from '../../domain/index.ts';
import { NOTICED_KINDS, type Notice, noticesOf, type Scope, scopeOf } from '../../events/index.ts';
import { newSid } from '../../sid.ts';
import type { EventLogEntry, ReadDb, WebhookDeliveryTable, WriteDb } from '../../store/index.ts';
import { firesFor } from './fires-for.ts';
import { remembered } from './remembered.ts';
import { replayOf } from './replay.ts';

/** What is to be sent, without what time and luck add. */
export type Planned = Pick<
  WebhookDeliveryTable,
  | 'account_id'
  | 'target'
  | 'lane'
  | 'entry_id'
  | 'notice'
  | 'message_id'
  | 'event'
  | 'conversation_sid'
  | 'url'
  | 'method'
>;

/** Most that one statement inserts: each has some twenty values, and engines bound how many there may be. */
const ROWS = 200;

/**
 * What entries of the event log are sent, and to whom, in their order. Targets are looked up as they are now: one that was configured after
 * an entry is sent it, too, but a conversation's webhook not what was there before it and which it did not ask for (webhooks 5).
 */
export async function planDeliveries(
  read: ReadDb,
  entries: readonly EventLogEntry[],
  mostReplayed: number,
): Promise<Planned[]> {
  const scope = remembered((serviceId: number) => scopeOf(read, serviceId));
  const configuration = remembered((of: Scope) => effectiveWebhookConfiguration(read, of));
  const scoped = remembered((conversationSid: string) => sendingWebhooks(read, conversationSid));
  const planned: Planned[] = [];

  async function plan(entry: EventLogEntry, notice: Notice, number: number, of: Scope): Promise<void> {
    const { event, conversationSid = null } = notice;
    const common = {
      account_id: of.accountId,
      lane: conversationSid ?? entry.subject_sid,
      entry_id: entry.id,
      notice: number,
      message_id: null,
      event,
      conversation_sid: conversationSid,
    };
    const general = await configuration(of);
    if (general?.target === 'webhook' && general.post_webhook_url !== null && isIn(event, general.filters)) {
      const { owner_sid: target, post_webhook_url: url } = general;
      planned.push({ ...common, target, url, method: general.method === 'GET' ? 'GET' : 'POST' });
    }
    if (conversationSid === null) return;
    for (const webhook of await scoped(conversationSid)) {
      if (webhook.url === null || webhook.created_at > entry.created_at || !firesFor(webhook, notice)) continue;
      planned.push({ ...common, target: webhook.sid, url: webhook.url, method: methodOf(webhook.method) });
    }
  }

  for (const entry of entries) {
    if (entry.kind === 'conversation_webhook.added') planned.push(...(await replayOf(read, entry, mostReplayed)));
    if (!NOTICED_KINDS.includes(entry.kind) || entry.webhooks !== 1) continue;
    const of = await scope(entry.service_id);
    if (of === undefined) continue;
    for (const [number, notice] of noticesOf(entry, of).entries()) await plan(entry, notice, number, of);
  }
  return planned;
}

/** Puts what was planned behind what waits in its lanes. In the transaction that moves the reader of the log. */
export async function keepDeliveries(db: WriteDb, planned: readonly Planned[], now: number): Promise<void> {
  for (let start = 0; start < planned.length; start += ROWS) {
    const rows = planned.slice(start, start + ROWS);
    await db
      .insertInto('webhook_deliveries')
      .values(rows.map((row) => ({ ...row, ...untried(now) })))
      .execute();
  }
  const lanes = new Map(planned.map(({ target, lane }) => [`${target} ${lane}`, { target, lane }]));
  for (const { target, lane } of lanes.values()) await openLane(db, target, lane, now);
}

/** What every delivery begins with. */
export function untried(now: number) {
  return {
    sid: newSid('WD', now),
    state: 'waiting',
    late: 0,
    tries: 0,
    first_tried_at: null,
    created_at: now,
    updated_at: now,
  } as const;
}

/** A lane that is there keeps its time. The update takes its lock, so that nobody closes it as empty meanwhile. */
export async function openLane(db: WriteDb, target: string, lane: string, dueAt: number): Promise<void> {
  await db
    .insertInto('webhook_lanes')
    .values({ target, lane, due_at: dueAt, holder: null, leased_until: 0 })
    .onConflict((conflict) =>
      conflict.columns(['target', 'lane']).doUpdateSet((eb) => ({ due_at: eb.ref('webhook_lanes.due_at') })),
    )
    .execute();
}

function isIn(event: string, filters: string): boolean {
  const list: unknown = JSON.parse(filters);
  return Array.isArray(list) && list.includes(event);
}

export function methodOf(method: string | null): 'GET' | 'POST' {
  return method?.toUpperCase() === 'GET' ? 'GET' : 'POST';
}
