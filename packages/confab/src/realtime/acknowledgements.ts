import { type Horizons, raise } from './deliveries.ts';

/** Knows by counting which messages a client has: it confirms all that is not a reply itself, in order (protocol 2.3). */
export interface Acknowledgements {
  /** So many packets that want to be confirmed were written, with these messages in them: they are not the caller's any more. */
  written(packets: number, messages: Map<number, number> | undefined): void;
  /** One more was confirmed. */
  confirmed(): void;
}

/** Writes that are told apart. Of a client that confirms nothing the rest is kept as one, so that it does not grow. */
const KEPT = 64;

interface Write {
  /** Confirmations after which the client has it. */
  after: number;
  messages: Map<number, number>;
}

export function createAcknowledgements(onAcknowledged: (messages: Horizons) => void): Acknowledgements {
  const waiting: Write[] = [];
  let written = 0;
  let confirmed = 0;
  return {
    written(packets, messages) {
      written += packets;
      if (messages === undefined) return;
      const last = waiting.at(-1);
      if (waiting.length < KEPT || last === undefined) {
        waiting.push({ after: written, messages });
        return;
      }
      last.after = written;
      for (const [conversationId, index] of messages) raise(last.messages, conversationId, index);
    },
    confirmed() {
      // More than was asked for is no confirmation of what comes.
      confirmed = Math.min(confirmed + 1, written);
      for (let [first] = waiting; first !== undefined && first.after <= confirmed; [first] = waiting) {
        waiting.shift();
        onAcknowledged(first.messages);
      }
    },
  };
}
