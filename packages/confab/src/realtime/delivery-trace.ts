import type { Clock } from '../clock.ts';
import type { MessageTraces, TracedDelivery } from '../message-traces.ts';
import type { Horizons } from './deliveries.ts';
import type { Notification } from './twilsock/notification.ts';

type Brought = NonNullable<Notification['brings']>;

/** Notes for one connection when messages were written to it and confirmed by it. */
export interface DeliveryTrace {
  written(message: Brought, userId: number): void;
  /** The client has these messages, and what was written before them: it confirms in order (protocol 2.3). */
  acknowledged(messages: Horizons): void;
}

/** Of a client that confirms nothing, the newest. */
const KEPT = 64;

export function createDeliveryTrace(traces: MessageTraces, connectionId: string, clock: Clock): DeliveryTrace {
  const waiting: { message: Brought; delivery: TracedDelivery }[] = [];
  return {
    written(message, userId) {
      const delivery = traces.written(message, { connectionId, userId }, clock.now());
      if (delivery === undefined) return;
      waiting.push({ message, delivery });
      if (waiting.length > KEPT) waiting.shift();
    },
    acknowledged(messages) {
      for (let [first] = waiting; first !== undefined; [first] = waiting) {
        const { conversationId, index } = first.message;
        if ((messages.get(conversationId) ?? -1) < index) return;
        first.delivery.acknowledgedAt = clock.now();
        waiting.shift();
      }
    },
  };
}
