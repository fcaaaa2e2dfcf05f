import { type CancelTimer, type Clock, systemClock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import {
  continueErasures,
  type Execute,
  expireIdempotencyKeys,
  expireOld,
  expirePresence,
  expireTombstones,
  finishDeletedUsers,
  forgetDeliveries,
  forgetSessionEnds,
  type KeyUses,
  keepSearchable,
  purgeDeletedConversations,
  purgeDeletedServices,
  writeLastUsed,
} from '../domain/index.ts';
import { type MediaLibrary, type MediaStorage, removeOrphans, sweepMedia } from '../media/index.ts';
import type { Store } from '../store/index.ts';

const INTERVAL_MS = 60_000;

/** Others still see a deleted user in the rosters that are left, so these are not kept waiting. To look costs a read of an empty index. */
const DELETED_USERS_INTERVAL_MS = 1000;

/** Somebody waits for it. To look costs a read of an empty index. */
const ERASURES_INTERVAL_MS = 1000;

/** What was sent is looked for at once. To look costs two reads of an index's end. */
const SEARCH_INTERVAL_MS = 500;

/** Rows whose words are written down in one go: a few ms. */
const SEARCHABLE_AT_ONCE = 200;

const KEY_USES_INTERVAL_MS = 10_000;

/** To look costs a read of a table with a row for each node. */
const DEAD_NODES_INTERVAL_MS = 5_000;

/** All that is stored is looked at. */
const ORPHANS_INTERVAL_MS = 6 * 3_600_000;

/** The first time sooner: a server that is started again every few hours would never come to it. */
const ORPHANS_FIRST_MS = 600_000;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A session ends with its token, which lives 24 h and 60 s at most (access tokens 4). The rest is for clocks that differ between nodes. */
const SESSION_ENDS_KEPT_MS = DAY_MS + HOUR_MS;

/** Rows in one transaction of background work: others write in between. */
const CHUNK = 500;

export interface HousekeepingOptions {
  store: Store;
  execute: Execute;
  media?: { storage: MediaStorage; library: MediaLibrary } | undefined;
  clock: Clock;
  limits: Limits;
  keyUses: KeyUses;
  onError: (error: unknown) => void;
}

/**
 * Work that nobody waits for, a chunk at a time: what is left of deleted and erased users, of dead nodes, expired tombstones, the rows of deleted conversations and
 * services, files that nobody has any more, keys of requests, ends that no session is left for, the words of what is new, when API keys were last used. Returns how to stop it.
 */
export function startHousekeeping({
  store,
  execute,
  media,
  clock,
  limits,
  keyUses,
  onError,
}: HousekeepingOptions): () => Promise<void> {
  let stopped = false;

  async function untilDone(chunk: () => Promise<number>): Promise<void> {
    while (!stopped && (await chunk()) > 0);
  }

  /** Does the work again and again, with a pause in between. Returns how to stop. */
  function repeat(pauseMs: number, work: () => Promise<void>, firstPauseMs = pauseMs): () => Promise<void> {
    let cancel: CancelTimer = () => {};
    let running: Promise<void> = Promise.resolve();
    function after(ms: number): void {
      if (stopped) return;
      cancel = clock.setTimer(() => {
        running = work()
          .catch(onError)
          .finally(() => after(pauseMs));
      }, ms);
    }
    after(firstPauseMs);
    return () => {
      cancel();
      return running;
    };
  }

  async function writeKeyUses(): Promise<void> {
    const uses = keyUses.take();
    if (uses.size > 0) await writeLastUsed(store, uses);
  }

  const stops = [
    repeat(KEY_USES_INTERVAL_MS, writeKeyUses),
    repeat(DELETED_USERS_INTERVAL_MS, () => untilDone(() => finishDeletedUsers(store, clock.now(), CHUNK))),
    repeat(ERASURES_INTERVAL_MS, () => untilDone(() => continueErasures(store, clock.now()))),
    repeat(SEARCH_INTERVAL_MS, () => untilDone(() => keepSearchable(store, SEARCHABLE_AT_ONCE))),
    repeat(HOUR_MS, () => expireOld(store, clock.now(), () => stopped)),
    repeat(DEAD_NODES_INTERVAL_MS, () => untilDone(() => expirePresence({ store, execute }, clock.now(), CHUNK))),
    repeat(INTERVAL_MS, async () => {
      const forgotten = clock.now() - limits.tombstoneDays * DAY_MS;
      await untilDone(() => expireTombstones(store, forgotten, CHUNK));
      await untilDone(() => purgeDeletedConversations(store, CHUNK, clock.now()));
      await untilDone(() => purgeDeletedServices(store, CHUNK, clock.now()));
      const tooOld = clock.now() - limits.idempotencyKeyHours * HOUR_MS;
      await untilDone(() => expireIdempotencyKeys(store, tooOld, CHUNK));
      const oldDeliveries = { before: clock.now() - limits.webhookLogDays * DAY_MS, most: limits.webhookLogDeliveries };
      await untilDone(() => forgetDeliveries(store, { ...oldDeliveries, limit: CHUNK }));
      await untilDone(() => forgetSessionEnds(store, clock.now() - SESSION_ENDS_KEPT_MS, CHUNK));
    }),
  ];
  if (media !== undefined) {
    const { storage, library } = media;
    stops.push(
      repeat(INTERVAL_MS, () => untilDone(() => sweepMedia({ store, storage, limits }, clock.now(), CHUNK))),
      repeat(
        ORPHANS_INTERVAL_MS,
        async () => {
          await library.clearIncoming();
          // By the machine's clock: a storage's times are not those of the database.
          await removeOrphans(store, storage, systemClock().now());
        },
        ORPHANS_FIRST_MS,
      ),
    );
  }
  return async () => {
    stopped = true;
    await Promise.all(stops.map((stop) => stop()));
    await writeKeyUses().catch(onError);
  };
}
