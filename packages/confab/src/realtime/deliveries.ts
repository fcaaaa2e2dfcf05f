import type { CancelTimer, Clock } from '../clock.ts';
import { type DeliveredHorizon, type Execute, SYSTEM_ACTOR, setDeliveredHorizons } from '../domain/index.ts';

/** Up to which message of each conversation, by the conversation's id. */
export type Horizons = ReadonlyMap<number, number>;

/** A replay tells messages in the order of their last changes, so that the last one told need not be the newest (protocol 6.6). */
export function raise(horizons: Map<number, number>, id: number, index: number): void {
  const before = horizons.get(id);
  if (before === undefined || index > before) horizons.set(id, index);
}

/** What the clients of this node have acknowledged and the database does not know yet. */
export interface Deliveries {
  acknowledged(userId: number, horizons: Horizons): void;
  /** Writes all of it now. */
  flush(): Promise<void>;
}

/** Users in one statement. */
const CHUNK = 500;

/**
 * Stores up to where messages have reached users: now and then, and then once for each conversation, however many messages were sent and
 * however many users got them (invariant 10). What is lost with a node is made good by the next message.
 */
export function createDeliveries({
  execute,
  clock,
  intervalMs,
  onError,
}: {
  execute: Execute;
  clock: Clock;
  intervalMs: number;
  onError: (error: unknown) => void;
}): Deliveries {
  let byConversation = new Map<number, Map<number, number>>();
  let cancel: CancelTimer | undefined;

  async function flush(): Promise<void> {
    cancel?.();
    cancel = undefined;
    const taken = byConversation;
    byConversation = new Map();
    for (const [conversationId, byUser] of taken) {
      const horizons = [...byUser].map(([userId, index]) => ({ userId, index }));
      for (let at = 0; at < horizons.length; at += CHUNK) await store(conversationId, horizons.slice(at, at + CHUNK));
    }
  }

  async function store(conversationId: number, horizons: readonly DeliveredHorizon[]): Promise<void> {
    try {
      await execute(setDeliveredHorizons, SYSTEM_ACTOR, { conversationId, horizons });
    } catch (error) {
      onError(error);
    }
  }

  return {
    acknowledged(userId, horizons) {
      for (const [conversationId, index] of horizons) {
        let byUser = byConversation.get(conversationId);
        if (byUser === undefined) {
          byUser = new Map();
          byConversation.set(conversationId, byUser);
        }
        raise(byUser, userId, index);
      }
      cancel ??= clock.setTimer(() => void flush(), intervalMs);
    },
    flush,
  };
}
