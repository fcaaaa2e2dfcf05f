import type { Clock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import { createTokenBuckets } from '../token-buckets.ts';
import { RateExceeded } from './errors.ts';

/** What a change counts against: so many a second in the service, or in the conversation (lifecycle 11). */
export interface Rate {
  per: 'service' | 'conversation';
  id: number;
}

export function perService({ service }: { service: { id: number } }): Rate {
  return { per: 'service', id: service.id };
}

export function perConversation({ conversation }: { conversation: { id: number } }): Rate {
  return { per: 'conversation', id: conversation.id };
}

export interface Rates {
  /** Counts one change. Throws RateExceeded when there were too many. */
  count(rate: Rate): void;
}

const SECOND_MS = 1000;

/** Services or conversations that change within one second: more than a node can change. */
const BUCKETS = 100_000;

/** Limits the rates of changes on this node. */
export function createRates({
  clock,
  limits,
  onExceeded = () => {},
}: {
  clock: Clock;
  limits: Pick<Limits, 'serviceChangesPerSecond' | 'conversationChangesPerSecond'>;
  onExceeded?: ((per: Rate['per']) => void) | undefined;
}): Rates {
  const bucketsOf = (tokens: number) => createTokenBuckets<number>({ tokens, windowMs: SECOND_MS, maximum: BUCKETS });
  const buckets = {
    service: bucketsOf(limits.serviceChangesPerSecond),
    conversation: bucketsOf(limits.conversationChangesPerSecond),
  };
  return {
    count({ per, id }) {
      const wait = buckets[per].take(id, clock.now());
      if (wait === undefined) return;
      onExceeded(per);
      throw new RateExceeded(Math.ceil(wait / SECOND_MS));
    },
  };
}
