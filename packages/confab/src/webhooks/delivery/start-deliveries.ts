import { randomUUID } from 'node:crypto';
import type { CancelTimer } from '../../clock.ts';
import { type DeliveryContext, deliver } from './deliver.ts';
import { claimLane, type DeliveryRow, dueLanes, freeAllLanes, type Lane, releaseLane } from './lanes.ts';

/** Lanes that a node works on at once. */
const LANES = 32;

/** Of one target: one that is slow leaves the others their share. */
const LANES_OF_TARGET = 6;

/** What is due is looked for so often; what another node has planned, and what was waiting, is found by this. */
const LOOK_MS = 500;

/** Then other lanes have their turn. */
const DELIVERIES_IN_A_ROW = 50;

export interface Deliveries {
  /** Something may be due now. */
  wake(): void;
  /** Finishes what is being sent. */
  stop(): Promise<void>;
}

export interface DeliveriesOptions extends DeliveryContext {
  readonly onError: (error: unknown) => void;
}

/**
 * Sends what waits, lane by lane: of each lane one at a time and in order, of several at once. Memory is bounded by the lanes in hand,
 * whatever waits behind them in the database.
 */
export function startDeliveries(options: DeliveriesOptions): Deliveries {
  const { store, clock, limits, onError } = options;
  const holder = randomUUID();
  /** Lanes in hand, by target. */
  const inHand = new Map<string, number>();
  const working = new Set<Promise<void>>();
  let stopped = false;
  let looking: Promise<void> | undefined;
  let again = false;
  let cancel: CancelTimer = () => {};

  const leaseTimes = () => ({ now: clock.now(), until: clock.now() + limits.webhookLeaseMs });

  async function work(lane: Lane, first: DeliveryRow): Promise<void> {
    let delivery: DeliveryRow | undefined = first;
    for (let count = 0; delivery !== undefined; count += 1) {
      if (stopped || count === DELIVERIES_IN_A_ROW) {
        await store.write(({ db }) => releaseLane(db, lane, holder, clock.now()));
        return;
      }
      delivery = await deliver(options, lane, holder, delivery);
    }
  }

  function letGo({ target }: Lane): void {
    const left = (inHand.get(target) ?? 1) - 1;
    if (left === 0) inHand.delete(target);
    else inHand.set(target, left);
  }

  /** Takes the lane and begins to work on it. False when there is nothing to do in it now. */
  async function begin(lane: Lane): Promise<boolean> {
    const first = await claimLane(store, lane, holder, leaseTimes()).catch(onError);
    if (!first) {
      letGo(lane);
      return false;
    }
    const done = work(lane, first)
      .catch(onError)
      .finally(() => {
        letGo(lane);
        working.delete(done);
        wake();
      });
    working.add(done);
    return true;
  }

  async function look(): Promise<void> {
    for (let began = true; began && !stopped && working.size < LANES; ) {
      const busy = [...inHand].filter(([, lanes]) => lanes >= LANES_OF_TARGET).map(([target]) => target);
      const lanes: Lane[] = [];
      for (const lane of await dueLanes(store.read, clock.now(), busy, LANES)) {
        const ofTarget = inHand.get(lane.target) ?? 0;
        if (ofTarget >= LANES_OF_TARGET || working.size + lanes.length >= LANES) continue;
        inHand.set(lane.target, ofTarget + 1);
        lanes.push(lane);
      }
      began = (await Promise.all(lanes.map(begin))).includes(true);
    }
  }

  function wake(): void {
    if (stopped) return;
    again = true;
    if (looking !== undefined) return;
    cancel();
    again = false;
    looking = look()
      .catch(onError)
      .finally(() => {
        looking = undefined;
        if (stopped) return;
        if (again && working.size < LANES) wake();
        else cancel = clock.setTimer(wake, LOOK_MS);
      });
  }

  // SQLite has one process: what a killed one had in hand need not wait for the end of its lease.
  const begun = store.engine === 'sqlite' ? freeAllLanes(store) : Promise.resolve();
  begun.catch(onError).finally(wake);
  return {
    wake,
    async stop() {
      stopped = true;
      cancel();
      await begun.catch(() => {});
      await looking;
      await Promise.all([...working]);
    },
  };
}
