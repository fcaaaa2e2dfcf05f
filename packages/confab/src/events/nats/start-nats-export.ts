import type { Registry } from 'prom-client';
import type { Clock } from '../../clock.ts';
import type { NatsConfig, NatsServers } from '../../config/index.ts';
import type { Logger } from '../../logging.ts';
import type { Store } from '../../store/index.ts';
import { createAlarm } from '../consumer/alarm.ts';
import { type Consumer, startConsumer } from '../consumer/start-consumer.ts';
import { NatsError } from './nats-error.ts';
import { type NatsLink, openNatsLink } from './nats-link.ts';
import { natsMessages } from './nats-messages.ts';
import { natsMetrics } from './nats-metrics.ts';

const NAME = 'nats';

/** After a failure the consumer pauses for 2 s; after several in a row for this besides. */
const PAUSES_MS = [0, 0, 2_000, 6_000];
const LONGEST_PAUSE_MS = 13_000;

export interface NatsExportOptions {
  store: Store;
  /** The database's, as the node knows it (invariant 9). */
  clock: Clock;
  servers: NatsServers;
  config: NatsConfig;
  registry: Registry;
  logger: Logger;
  onError(error: unknown): void;
}

/**
 * Publishes every event to NATS, at least once and in the order of the log (docs/events.md). One node at a time does; its cursor moves when
 * NATS has confirmed what was read. While it does not, nothing but the batch in hand is kept in memory, and the rest waits in the log.
 */
export function startNatsExport(options: NatsExportOptions): Consumer {
  const { store, clock, servers, config, registry, logger, onError } = options;
  const metrics = natsMetrics(registry, {
    store,
    name: NAME,
    now: () => clock.now(),
    isFailing: () => failures > 0,
  });
  const pause = createAlarm(clock);
  let link: NatsLink | undefined;
  let failures = 0;
  let wasTold = false;

  async function openLink(): Promise<NatsLink> {
    if (link === undefined || link.isClosed()) link = await openNatsLink(servers, config);
    return link;
  }

  function failed(error: unknown): void {
    metrics.failed();
    failures += 1;
    // Once: it is tried until it succeeds.
    if (failures === 1 && error instanceof NatsError)
      logger.warn({ reason: error.message }, 'events are not published to NATS, and wait in the event log');
  }

  function succeeded(events: number): void {
    metrics.published(events);
    if (failures > 0 || !wasTold) logger.info({ servers: servers.servers }, 'events are published to NATS');
    failures = 0;
    wasTold = true;
  }

  const consumer = startConsumer({
    store,
    clock,
    name: NAME,
    onError(error) {
      if (!(error instanceof NatsError)) onError(error);
    },
    async handle(entries, signal) {
      if (failures > 0) await pause.wait(PAUSES_MS[failures] ?? LONGEST_PAUSE_MS, signal);
      const messages = await natsMessages(store.read, entries);
      const cut = (): void => void link?.close();
      signal.addEventListener('abort', cut);
      try {
        await (await openLink()).publish(messages);
      } catch (error) {
        failed(error);
        throw error;
      } finally {
        signal.removeEventListener('abort', cut);
      }
      succeeded(messages.length);
      return undefined;
    },
  });
  return {
    wake: () => consumer.wake(),
    async stop() {
      pause.end();
      const stopped = consumer.stop();
      // What is not confirmed by now is published again by whoever goes on.
      await link?.close();
      await stopped;
      await link?.close();
    },
  };
}
