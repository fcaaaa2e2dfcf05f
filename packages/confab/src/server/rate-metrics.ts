import { Counter, type Registry } from 'prom-client';

/** Puts into `/metrics` which changes were refused because there were too many. Returns what is to be told of each. */
export function rateMetrics(registry: Registry): (per: 'service' | 'conversation') => void {
  const refused = new Counter({
    name: 'confab_changes_refused_total',
    help: 'Changes over REST and SDK that were refused because there were too many in a second, by what limits them.',
    labelNames: ['per'],
    registers: [registry],
  });
  for (const per of ['service', 'conversation']) refused.inc({ per }, 0);
  return (per) => refused.inc({ per });
}
