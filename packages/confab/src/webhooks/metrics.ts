import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ReadDb } from '../store/index.ts';
import type { HookOutcome } from './sender/index.ts';

/** Counted up to here: a queue that is longer is long. */
const MOST_COUNTED = 10_000;

/** Puts numbers of webhooks into `/metrics`. Returns what is to be told of each try. */
export function webhookMetrics(registry: Registry, read: ReadDb, now: () => number): (outcome: HookOutcome) => void {
  const registers = [registry];
  const attempts = new Counter({
    name: 'confab_webhook_attempts_total',
    help: 'Tries to send a webhook after an event, by what came of them; answers by the first digit of their status.',
    labelNames: ['outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'confab_webhook_attempt_seconds',
    help: 'How long tries took.',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 15],
    registers,
  });
  new Gauge({
    name: 'confab_webhook_deliveries_waiting',
    help: `Webhooks that wait to be sent, in the whole database; ${MOST_COUNTED} stands for that many and more.`,
    registers,
    async collect() {
      const waiting = read
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('state', '=', 'waiting')
        .limit(MOST_COUNTED)
        .as('waiting');
      const { count } = await read
        .selectFrom(waiting)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      this.set(Number(count));
    },
  });
  new Gauge({
    name: 'confab_webhook_targets_paused',
    help: 'Targets that failed so often in a row that nothing is sent to them for a while.',
    registers,
    async collect() {
      const { count } = await read
        .selectFrom('webhook_breakers')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('open_until', '>', now())
        .executeTakeFirstOrThrow();
      this.set(Number(count));
    },
  });
  return (outcome) => {
    const isAnswer = outcome.kind === 'answered' || outcome.kind === 'too_large';
    attempts.inc({ outcome: isAnswer ? `${Math.floor(outcome.status / 100)}xx` : outcome.kind });
    duration.observe(outcome.durationMs / 1000);
  };
}
