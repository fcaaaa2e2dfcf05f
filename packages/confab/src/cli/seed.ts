import { systemClock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import { createCommandRunner, DomainError, findServiceById, operatorOf, serviceRef } from '../domain/index.ts';
import { generate } from '../seed/index.ts';
import type { CliContext } from './context.ts';
import { configOf, requireSecretBox, withStore } from './open-data.ts';
import { readOptions, UsageError } from './options.ts';
import { printFields, printJson } from './print.ts';
import { progressOn } from './progress.ts';

const DAY_MS = 24 * 3600 * 1000;
const DEFAULT_DAYS = 90;

/** An operator's own work is not held to the rates of callers. */
const UNHURRIED = { serviceChangesPerSecond: 1e9, conversationChangesPerSecond: 1e9 } satisfies Partial<Limits>;

/** `confab seed --conversations N --messages N`: much data, for trials of size. */
export async function seedCommand(context: CliContext, argv: readonly string[]): Promise<void> {
  const number = { type: 'string' } as const;
  const forms = { conversations: number, messages: number, users: number, days: number, random: number };
  const options = readOptions(argv, { ...forms, json: { type: 'boolean' } });
  const conversations = options.number('conversations');
  const messages = options.number('messages');
  if (!conversations || messages === undefined) {
    throw new UsageError('Say how much: --conversations, from 1, and --messages.');
  }
  // So that nobody is in more conversations than a user may be.
  const users = options.number('users') ?? Math.max(20, Math.ceil(conversations / 4));
  const resolved = configOf(context, options.configArgv);
  const clock = systemClock();
  const start = clock.now();
  const totals = { users, conversations, messages };
  const bars = Object.fromEntries(
    Object.entries(totals).map(([what, total]) => [
      what,
      { total, bar: undefined as ReturnType<typeof progressOn> | undefined },
    ]),
  );
  await withStore(context, resolved, async (store) => {
    const operator = await operatorOf(store.read, requireSecretBox(resolved));
    const row = await findServiceById(store.read, operator.account.default_service_id ?? 0);
    if (row === undefined) throw new DomainError(20404, 404, 'The account has no default service.');
    const limits = { ...resolved.config.limits, ...UNHURRIED };
    await generate({
      execute: createCommandRunner({ store, clock, limits, before: [] }),
      operator,
      service: serviceRef(row),
      ...totals,
      random: options.number('random') ?? 1,
      now: start,
      spanMs: (options.number('days') ?? DEFAULT_DAYS) * DAY_MS,
      onMade(what, count) {
        const shown = bars[what];
        if (shown === undefined) return;
        shown.bar ??= progressOn(context, clock, what, shown.total);
        shown.bar.add(count);
      },
    });
  });
  const made = { ...totals, seconds: Math.round((clock.now() - start) / 1000) };
  if (options.isSet('json')) printJson(context.stdout, made);
  else printFields(context.stdout, made);
}
