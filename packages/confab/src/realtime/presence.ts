import { randomBytes } from 'node:crypto';
import type { CancelTimer, Clock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import { type Execute, type ReadDb, SYSTEM_ACTOR, servicesWithReachability, setPresence } from '../domain/index.ts';
import { createTaskQueue } from './sync/task-queue.ts';

/** Tells the database which users have connections on this node, if their service wants to know (lifecycle 7). */
export interface Presence {
  opened(userId: number, serviceId: number): void;
  closed(userId: number): void;
  /** Looks again at which services want to know, and makes good what could not be stored. */
  refresh(): Promise<void>;
  /** Stores nothing more. Who does not connect elsewhere is offline when the node's lease ends, as after their last connection. */
  stop(): Promise<void>;
}

/** Extends the life of what the node has said to so many ms from now. False: it may be forgotten already (`renewPresenceLease`). */
export type RenewLease = (node: string, ms: number) => Promise<boolean>;

export interface PresenceOptions {
  read: ReadDb;
  execute: Execute;
  clock: Clock;
  limits: Pick<Limits, 'reachabilityOfflineMs' | 'presenceLeaseMs'>;
  renewLease: RenewLease;
  onError: (error: unknown) => void;
}

interface Held {
  readonly userId: number;
  readonly serviceId: number;
  connections: number;
  /** Set while they may come back without having been away. */
  cancelOffline: CancelTimer | undefined;
  /** What the database was told. */
  stored: boolean;
  queued: boolean;
}

/** Users stored at once: a node's clients all come at the same time. */
const AT_ONCE = 32;

/** Leases are renewed so often within their life, so that one failure is none. */
const RENEWALS = 3;

/**
 * A user goes online at once and offline only after a while without a connection, so that one whose connection comes and goes costs two
 * writes within that while, at most.
 */
export function createPresence(options: PresenceOptions): Presence {
  const { read, execute, clock, limits, renewLease, onError } = options;
  const node = randomBytes(8).toString('hex');
  const users = new Map<number, Held>();
  /** Services of users who are here, and whether they want to know. */
  const services = new Map<number, boolean>();
  const tasks = createTaskQueue({ concurrency: AT_ONCE, onError });
  let cancelRenewal: CancelTimer | undefined;
  let leased: Promise<void> | undefined;
  let stopped = false;

  const wanted = (held: Held): boolean =>
    services.get(held.serviceId) === true && (held.connections > 0 || held.cancelOffline !== undefined);

  function look(held: Held): void {
    const isSettled = services.has(held.serviceId) && wanted(held) === held.stored;
    if (stopped || held.queued) return;
    if (isSettled) {
      if (!held.stored && held.connections === 0 && users.get(held.userId) === held) users.delete(held.userId);
      return;
    }
    held.queued = true;
    tasks.add(async () => {
      try {
        await settle(held);
      } finally {
        held.queued = false;
      }
      look(held);
    });
  }

  async function settle(held: Held): Promise<void> {
    if (!services.has(held.serviceId)) await loadServices([held.serviceId]);
    const online = wanted(held);
    if (online === held.stored) return;
    if (online) await holdLease();
    const result = await execute(setPresence, SYSTEM_ACTOR, { userId: held.userId, node, online });
    if (result === 'stored') held.stored = online;
    else await renew();
  }

  async function loadServices(ids: readonly number[]): Promise<void> {
    const enabled = await servicesWithReachability(read, ids);
    for (const id of ids) services.set(id, enabled.has(id));
  }

  /** Of a node that has nobody to tell of nothing is stored. */
  function holdLease(): Promise<void> {
    leased ??= renew().catch((error: unknown) => {
      leased = undefined;
      throw error;
    });
    return leased;
  }

  async function renew(): Promise<void> {
    cancelRenewal?.();
    cancelRenewal = clock.setTimer(() => void renewAgain(), limits.presenceLeaseMs / RENEWALS);
    if (await renewLease(node, limits.presenceLeaseMs)) return;
    for (const held of users.values()) {
      if (!held.stored) continue;
      held.stored = false;
      look(held);
    }
  }

  async function renewAgain(): Promise<void> {
    if (stopped) return;
    if ([...users.values()].some((held) => held.stored)) await renew().catch(onError);
    else {
      cancelRenewal = undefined;
      leased = undefined;
    }
  }

  return {
    opened(userId, serviceId) {
      let held = users.get(userId);
      if (held === undefined) {
        held = { userId, serviceId, connections: 0, cancelOffline: undefined, stored: false, queued: false };
        users.set(userId, held);
      }
      held.connections += 1;
      held.cancelOffline?.();
      held.cancelOffline = undefined;
      look(held);
    },
    closed(userId) {
      const held = users.get(userId);
      if (held === undefined) return;
      held.connections -= 1;
      if (held.connections > 0 || stopped) return;
      if (wanted({ ...held, connections: 1 })) {
        held.cancelOffline = clock.setTimer(() => {
          held.cancelOffline = undefined;
          look(held);
        }, limits.reachabilityOfflineMs);
      } else look(held);
    },
    async refresh() {
      const served = [...new Set([...users.values()].map(({ serviceId }) => serviceId))];
      for (const id of services.keys()) if (!served.includes(id)) services.delete(id);
      await loadServices(served);
      for (const held of [...users.values()]) look(held);
    },
    async stop() {
      stopped = true;
      tasks.close();
      cancelRenewal?.();
      for (const held of users.values()) held.cancelOffline?.();
      if ([...users.values()].some((held) => held.stored)) {
        await renewLease(node, limits.reachabilityOfflineMs).catch(onError);
      }
    },
  };
}
