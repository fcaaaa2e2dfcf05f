import type { Selectable } from 'kysely';
import type { ReadDb, Store, WebhookDeliveryTable, WriteDb } from '../../store/index.ts';
import { claimProbe } from './breaker.ts';

export type DeliveryRow = Selectable<WebhookDeliveryTable>;

/** The events of one conversation on their way to one target, in order. */
export interface Lane {
  readonly target: string;
  readonly lane: string;
}

/** Lanes with something due that nobody works on, at targets that are not left alone and not among those `busy`; the longest due first. */
export function dueLanes(read: ReadDb, now: number, busy: readonly string[], limit: number): Promise<Lane[]> {
  let query = read
    .selectFrom('webhook_lanes')
    .leftJoin('webhook_breakers', 'webhook_breakers.target', 'webhook_lanes.target')
    .select(['webhook_lanes.target', 'webhook_lanes.lane'])
    .where('due_at', '<=', now)
    .where('leased_until', '<=', now)
    .where((eb) => eb.or([eb('open_until', 'is', null), eb('open_until', '<=', now)]));
  if (busy.length > 0) query = query.where('webhook_lanes.target', 'not in', [...busy]);
  return query.orderBy('due_at').limit(limit).execute();
}

/** Takes a lane for `holder`. Resolves with its first delivery; undefined when another node has it, or there is nothing to do by now. */
export function claimLane(
  store: Store,
  { target, lane }: Lane,
  holder: string,
  { now, until }: { now: number; until: number },
): Promise<DeliveryRow | undefined> {
  return store.write(async ({ db }) => {
    const { numUpdatedRows } = await db
      .updateTable('webhook_lanes')
      .set({ holder, leased_until: until })
      .where('target', '=', target)
      .where('lane', '=', lane)
      .where('due_at', '<=', now)
      .where('leased_until', '<=', now)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return undefined;
    const isOpen = await claimProbe(db, target, { now, until });
    if (isOpen) return firstOrClose(db, { target, lane });
    await releaseLane(db, { target, lane }, holder, now);
    return undefined;
  });
}

/** The first delivery of a lane that is locked; a lane without one is closed. */
export async function firstOrClose(db: WriteDb, { target, lane }: Lane): Promise<DeliveryRow | undefined> {
  const first = await db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('target', '=', target)
    .where('lane', '=', lane)
    .where('state', '=', 'waiting')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (first === undefined) {
    await db.deleteFrom('webhook_lanes').where('target', '=', target).where('lane', '=', lane).execute();
  }
  return first;
}

/** Locks the lane for its holder again. False when another node has it by now. */
export async function keepLane(db: WriteDb, { target, lane }: Lane, holder: string, until: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhook_lanes')
    .set({ leased_until: until })
    .where('target', '=', target)
    .where('lane', '=', lane)
    .where('holder', '=', holder)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function releaseLane(db: WriteDb, { target, lane }: Lane, holder: string, dueAt: number): Promise<void> {
  await db
    .updateTable('webhook_lanes')
    .set({ holder: null, leased_until: 0, due_at: dueAt })
    .where('target', '=', target)
    .where('lane', '=', lane)
    .where('holder', '=', holder)
    .execute();
}

/** A process that is alone with its database: what an earlier one held is nobody's. */
export async function freeAllLanes(store: Store): Promise<void> {
  await store.write(({ db }) => db.updateTable('webhook_lanes').set({ holder: null, leased_until: 0 }).execute());
}

/** The target is back: what is late need not wait for its next turn. */
export async function hurryLate(store: Store, target: string, now: number): Promise<void> {
  await store.write(({ db }) =>
    db
      .updateTable('webhook_lanes')
      .set({ due_at: now })
      .where('target', '=', target)
      .where('lane', 'like', 'late/%')
      .where('due_at', '>', now)
      .execute(),
  );
}
