import { readFileSync } from 'node:fs';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Change } from '../domain/index.ts';
import type { Store } from '../store/index.ts';

/** Puts into `/metrics` what this node is and how many messages it stored. Returns what counts those that a commit brought. */
export function nodeMetrics(registry: Registry, { engine }: Pick<Store, 'engine'>, node: string) {
  const registers = [registry];
  new Gauge({
    name: 'confab_info',
    help: 'Always 1: its labels say which version runs here, on which database.',
    labelNames: ['version', 'database', 'node'],
    registers,
  }).set({ version: ownVersion(), database: engine, node }, 1);
  const messages = new Counter({
    name: 'confab_messages_total',
    help: 'Messages that this node has stored since it started.',
    registers,
  });
  return (changes: readonly Change[]): void => {
    let count = 0;
    for (const { object, action } of changes) if (object === 'messages' && action === 'added') count += 1;
    if (count > 0) messages.inc(count);
  };
}

function ownVersion(): string {
  const manifest: { version?: unknown } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return String(manifest.version ?? 'unknown');
}
