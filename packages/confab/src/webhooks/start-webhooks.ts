import type { Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import { startConsumer } from '../events/index.ts';
import type { SecretBox } from '../secrets/index.ts';
import type { Store } from '../store/index.ts';
import { keepDeliveries, planDeliveries } from './delivery/plan.ts';
import { startDeliveries } from './delivery/start-deliveries.ts';
import { webhookMetrics } from './metrics.ts';
import type { SendHook } from './sender/index.ts';

export interface WebhooksOptions {
  store: Store;
  /** The database's, as the node knows it (invariant 9). */
  clock: Clock;
  secretBox: SecretBox;
  send: SendHook;
  limits: Limits;
  registry: Registry;
  onError(error: unknown): void;
  random?: (() => number) | undefined;
}

export interface Webhooks {
  /** The event log has grown. */
  logged(): void;
  /** Something may be due now. */
  wake(): void;
  /** Finishes what is being sent. */
  stop(): Promise<void>;
}

/**
 * Sends webhooks after events. One node reads the event log and writes down what is to be sent to whom, in the transaction that moves its
 * cursor; all nodes send what is written down. So a process that dies forgets nothing, and sends again at most what it had in hand.
 */
export function startWebhooks(options: WebhooksOptions): Webhooks {
  const { store, clock, limits, registry, onError, random = Math.random } = options;
  const onAttempt = webhookMetrics(registry, store.read, () => clock.now());
  const deliveries = startDeliveries({ ...options, random, onAttempt });
  const consumer = startConsumer({
    store,
    clock,
    name: 'webhooks',
    onError,
    async handle(entries) {
      const planned = await planDeliveries(store.read, entries, limits.webhookReplayMessages);
      return planned.length === 0 ? undefined : (db) => keepDeliveries(db, planned, clock.now());
    },
    onMoved: () => deliveries.wake(),
  });
  return {
    logged: () => consumer.wake(),
    wake: () => deliveries.wake(),
    async stop() {
      await consumer.stop();
      await deliveries.stop();
    },
  };
}
