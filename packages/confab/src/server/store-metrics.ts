import { Gauge, type Registry } from 'prom-client';
import type { Store, StoreStatistics } from '../store/index.ts';

const HELP: Readonly<Record<keyof StoreStatistics, { name: string; help: string }>> = {
  waiting: { name: 'confab_store_commands_waiting', help: 'Commands that wait for the writer.' },
  commands: { name: 'confab_store_commands_total', help: 'Commands that ran and whose transaction was committed.' },
  commits: { name: 'confab_store_commits_total', help: 'Transactions that were committed.' },
  discardedBatches: {
    name: 'confab_store_discarded_batches_total',
    help: 'Shared transactions that the engine threw away, so that their commands ran again alone.',
  },
};

/** Puts the writer's numbers into `/metrics`, read when they are asked for. */
export function observeStore(registry: Registry, store: Store): void {
  const names: readonly (keyof StoreStatistics)[] = ['waiting', 'commands', 'commits', 'discardedBatches'];
  for (const name of names) {
    new Gauge({
      ...HELP[name],
      registers: [registry],
      collect() {
        this.set(store.statistics()[name]);
      },
    });
  }
}
