import { Counter, Gauge, type Registry } from 'prom-client';
import { readEventLog, type Store } from '../../store/index.ts';
import { positionOfConsumer } from '../consumer/cursor.ts';

export interface NatsMetrics {
  published(events: number): void;
  failed(): void;
}

/** Puts numbers of the export to NATS into `/metrics`. */
export function natsMetrics(
  registry: Registry,
  { store, name, now, isFailing }: { store: Store; name: string; now: () => number; isFailing: () => boolean },
): NatsMetrics {
  const registers = [registry];
  const published = new Counter({
    name: 'confab_nats_events_total',
    help: 'Events that this node has published to NATS, and that it has confirmed.',
    registers,
  });
  const failures = new Counter({
    name: 'confab_nats_failures_total',
    help: 'Tries of this node to publish to NATS that failed; the events are published later.',
    registers,
  });
  new Gauge({
    name: 'confab_nats_failing',
    help: 'Whether the last try of this node to publish to NATS failed.',
    registers,
    collect() {
      this.set(isFailing() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'confab_nats_waiting_seconds',
    help: 'For how long the oldest event has waited to be published to NATS, by whichever node; 0 when none waits.',
    registers,
    async collect() {
      const position = await positionOfConsumer(store.read, name);
      const [oldest] = position === undefined ? [] : await readEventLog(store, position, 1);
      this.set(oldest === undefined ? 0 : Math.max(0, now() - oldest.created_at) / 1000);
    },
  });
  return {
    published: (events) => published.inc(events),
    failed: () => failures.inc(),
  };
}
