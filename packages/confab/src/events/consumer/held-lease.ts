import type { CancelTimer, Clock } from '../../clock.ts';
import type { EventLogPosition, Store } from '../../store/index.ts';
import { giveLeaseBack, type Lease, LeaseLostError, renewLease, type Times, takeLease } from './cursor.ts';

/** A node that died is taken over from after this. */
export const LEASE_MS = 15_000;

/** A holder that cannot reach the database twice in a row still has it. */
const RENEW_MS = 5_000;

export interface HeldLease {
  lease: Lease;
  /** Aborted when the lease is lost, or may be: whatever is going on must end. */
  signal: AbortSignal;
  times(): Times;
  /** Gives it back. Never rejects: it ends by itself otherwise. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  store: Store;
  /** The database's, as the node knows it (invariant 9). */
  clock: Clock;
  name: string;
  start?: EventLogPosition | undefined;
  onError(error: unknown): void;
}

/** Takes the lease of a consumer and renews it until it is released or lost. Undefined while another node has it. */
export async function holdLease({ store, clock, name, start, onError }: LeaseOptions): Promise<HeldLease | undefined> {
  const taken = timesBy(clock)();
  const lease = await takeLease(store, { name, start }, taken);
  return lease && keep({ store, clock, onError }, lease, taken.until);
}

function keep({ store, clock, onError }: Omit<LeaseOptions, 'name'>, lease: Lease, firstUntil: number): HeldLease {
  const times = timesBy(clock);
  const lost = new AbortController();
  let until = firstUntil;
  let renewing: Promise<void> = Promise.resolve();
  let cancel: CancelTimer = () => {};
  let released = false;

  async function renew(): Promise<void> {
    const renewed = times();
    try {
      await store.write(({ db }) => renewLease(db, lease, renewed));
      until = renewed.until;
    } catch (error) {
      if (!(error instanceof LeaseLostError)) onError(error);
      if (error instanceof LeaseLostError || clock.now() >= until) lost.abort(error);
    }
  }
  function renewLater(): void {
    if (released || lost.signal.aborted) return;
    cancel = clock.setTimer(() => {
      renewing = renew().finally(renewLater);
    }, RENEW_MS);
  }
  renewLater();
  return {
    lease,
    signal: lost.signal,
    times,
    async release() {
      released = true;
      cancel();
      await renewing;
      await giveLeaseBack(store, lease).catch(onError);
    },
  };
}

function timesBy(clock: Clock): () => Times {
  return () => ({ now: clock.now(), until: clock.now() + LEASE_MS });
}
