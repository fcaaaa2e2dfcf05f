import type { Clock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import { createOrderedTasks } from '../ordered-tasks.ts';
import type { Change, EventOrigin, ReadDb, Recheck, Store, WriteDb } from '../store/seam.ts';
import type { Actor } from './actor.ts';
import { AlreadyApplied, claimKey, findApplied, type KeyedRequest, keepResult } from './idempotency/keyed-request.ts';
import type { BeforeHook, PreAction } from './pre-action.ts';
import { createRates, type Rate } from './rates.ts';

export interface PrepareContext {
  readonly actor: Actor;
  readonly read: ReadDb;
  readonly limits: Limits;
}

export interface TransactContext {
  readonly actor: Actor;
  readonly db: WriteDb;
  readonly changes: Change[];
  readonly rechecks: Recheck[];
  readonly limits: Limits;
  /** Time of this run of the command, in ms. */
  readonly now: number;
  /** What the event log says of where the change comes from. */
  readonly origin: EventOrigin;
}

/**
 * A change of the domain, in the stages of design 1. `prepare` parses, checks what can be checked outside the transaction, and may await
 * anything. `transact` checks again what the world may have changed in between, and writes; it awaits nothing but `db`, and may run
 * more than once, so it keeps nothing outside. The `before` stage (hooks of the operator) and the `after` stage (publishing, answering)
 * are the runner's.
 */
export interface Command<Input, Plan, Result> {
  readonly name: string;
  prepare(context: PrepareContext, input: Input): Promise<Plan> | Plan;
  /** Commands of one affinity share commits: the id of the conversation, where there is one. */
  affinity?(plan: Plan): number | undefined;
  /** What it counts against; without it, it is not counted. */
  rate?(plan: Plan): Rate;
  /** Where the change comes from, where that is not the actor (webhooks 2). */
  origin?(plan: Plan): EventOrigin;
  /** What protects or makes room, and so is not refused when the disk is nearly full. */
  readonly evenOnFullDisk?: true;
  /** The webhooks that are asked before it. */
  readonly preAction?: PreAction<Input, Plan>;
  transact(context: TransactContext, plan: Plan): Promise<Result>;
}

export interface CommandRunnerOptions {
  store: Store;
  clock: Clock;
  limits: Limits;
  /** Asked between `prepare` and `transact`, one after the other. */
  before: readonly BeforeHook[];
  /** Throws when nothing may be changed now, but by commands that are `evenOnFullDisk`. */
  admit?: (() => void) | undefined;
  /** Told what a command that began at that time changes, before it is committed: it may still be undone, and done again. */
  onChanges?: ((changes: readonly Change[], since: number) => void) | undefined;
  /** Told of each command that is refused because there were too many. */
  onRateExceeded?: ((per: Rate['per']) => void) | undefined;
}

export interface ExecuteOptions {
  /** The command is applied only if this request was not applied before; else AlreadyApplied is thrown. */
  once?: KeyedRequest | undefined;
  /** Of account credentials: the request asks that webhooks be sent of it, which they else are not (webhooks 2). */
  webhooks?: boolean | undefined;
}

export type Execute = <Input, Plan, Result>(
  command: Command<Input, Plan, Result>,
  actor: Actor,
  input: Input,
  options?: ExecuteOptions,
) => Promise<Result>;

/** The one way in which anything is changed: REST, SDK tunnel, console, CLI and timers all come through here. */
export function createCommandRunner(options: CommandRunnerOptions): Execute {
  const { store, clock, limits, before, admit, onChanges, onRateExceeded } = options;
  const rates = createRates({ clock, limits, onExceeded: onRateExceeded });
  const keyed = createOrderedTasks();

  return async (command, actor, input, { once, webhooks = false } = {}) => {
    if (command.evenOnFullDisk !== true) admit?.();
    const since = clock.now();
    const context = { actor, read: store.read, limits };
    const plan = await command.prepare(context, input);
    if (command.rate !== undefined) rates.count(command.rate(plan));
    const origin = command.origin?.(plan) ?? originOf(actor, webhooks);
    const { preAction } = command;
    if (preAction === undefined || !origin.webhooks || before.length === 0) return apply(plan, once);

    if (once === undefined) return apply(await afterHooks(preAction), undefined);
    // A retry asks nobody while the first try still waits for an answer.
    return keyed.run(JSON.stringify(once), async () => {
      const applied = await findApplied(store.read, once);
      if (applied !== undefined) throw new AlreadyApplied(applied);
      return apply(await afterHooks(preAction), once);
    });

    /** The plan, as the hooks have left it. What they put in is checked like what was asked for. */
    async function afterHooks({ event, service, conversation, tell, alter }: NonNullable<typeof preAction>) {
      let asked = input;
      let pending = plan;
      for (const hook of before) {
        const current = pending;
        const alterations = await hook({
          event,
          service: service(current),
          conversationSid: conversation?.(current),
          actor,
          origin,
          once,
          rehearse: () => rehearse(current),
          tell: async () => tell({ actor, read: store.read, now: clock.now() }, current),
        });
        if (alterations === undefined || alter === undefined) continue;
        asked = alter(asked, alterations);
        pending = await command.prepare(context, asked);
      }
      return pending;
    }

    function apply(pending: typeof plan, request: KeyedRequest | undefined) {
      return store.write(
        async ({ db, changes, rechecks }) => {
          const now = clock.now();
          // First, so that a retry waits for the first try before it takes any lock that this one may need.
          if (request !== undefined) await claimKey(db, request, now);
          // Rights and states are looked at here, after all that was waited for.
          const result = await command.transact({ actor, db, changes, rechecks, limits, now, origin }, pending);
          if (request !== undefined) await keepResult(db, request, result);
          onChanges?.(changes, since);
          return result;
        },
        { origin, ...affinityOf(pending) },
      );
    }

    /** Does it and undoes it. */
    async function rehearse(pending: typeof plan): Promise<void> {
      const done = new Error('The rehearsal is over.');
      try {
        await store.write(
          async ({ db }) => {
            await command.transact({ actor, db, changes: [], rechecks: [], limits, now: clock.now(), origin }, pending);
            throw done;
          },
          { origin, ...affinityOf(pending) },
        );
      } catch (error) {
        if (error !== done) throw error;
      }
    }

    function affinityOf(pending: typeof plan): { affinity?: number } {
      const affinity = command.affinity?.(pending);
      return affinity === undefined ? {} : { affinity };
    }
  };
}

/** Webhooks tell of all that SDK users do and that the server does when it is due, and of requests that ask for it (webhooks 2). */
function originOf(actor: Actor, asked: boolean): EventOrigin {
  switch (actor.kind) {
    case 'user':
      return { source: 'SDK', webhooks: true };
    case 'account':
      return { source: 'API', webhooks: asked };
    case 'system':
      return { source: null, webhooks: true };
  }
}
