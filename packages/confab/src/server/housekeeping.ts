import type { CancelTimer, Clock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import { expireTombstones, purgeDeletedServices } from '../domain/index.ts';
import type { Store } from '../store/index.ts';

const INTERVAL_MS = 60_000;
const DAY_MS = 86_400_000;

/** Rows in one transaction of background work: others write in between. */
const CHUNK = 500;

/** Work that nobody waits for, a chunk at a time: expired tombstones, the rows of deleted services. Returns how to stop it. */
export function startHousekeeping(
  store: Store,
  clock: Clock,
  limits: Limits,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let cancel: CancelTimer = () => {};
  let running: Promise<void> = Promise.resolve();

  async function untilDone(chunk: () => Promise<number>): Promise<void> {
    while (!stopped && (await chunk()) > 0);
  }
  async function run(): Promise<void> {
    const forgotten = clock.now() - limits.tombstoneDays * DAY_MS;
    await untilDone(() => expireTombstones(store, forgotten, CHUNK));
    await untilDone(() => purgeDeletedServices(store, CHUNK));
  }
  function later(): void {
    if (stopped) return;
    cancel = clock.setTimer(() => {
      running = run().catch(onError).finally(later);
    }, INTERVAL_MS);
  }
  later();
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}
