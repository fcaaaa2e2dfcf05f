import { Registry } from 'prom-client';
import { manualClock } from '../../src/clock.ts';
import {
  createCommandRunner,
  createKeyUses,
  type Execute,
  firstStart,
  type ReadDb,
  renewPresenceLease,
} from '../../src/domain/index.ts';
import { createLogger } from '../../src/logging.ts';
import { createRealtime } from '../../src/realtime/index.ts';
import { deriveKey } from '../../src/secrets/index.ts';
import { startHousekeeping } from '../../src/server/housekeeping.ts';
import { openStore } from '../../src/store/index.ts';
import { startTimers } from '../../src/timers/index.ts';
import type { SimulatedBus } from './bus.ts';
import type { SimulatedTransport } from './server-end.ts';
import type { SharedDatabase } from './shared-database.ts';
import type { Template } from './template.ts';
import type { Hearing } from './wire-check.ts';
import type { World } from './world.ts';

/** One server process: realtime, command runner and store, on its own clock. */
export interface SimulatedNode extends Hearing {
  readonly name: string;
  /** Sets its clock forward, or back. */
  jump(ms: number): void;
  accept(transport: SimulatedTransport): void;
  readonly execute: Execute;
  readonly read: ReadDb;
  isUp(): boolean;
  /** All of its memory is gone from one moment to the next. */
  crash(): void;
  /** Answers what is in flight and lets its clients go, before it ends. It can still crash. */
  stop(): void;
  /** Resolves when it has ended and its files are closed. */
  readonly ended: Promise<void>;
}

export interface NodeParts {
  world: World;
  database: SharedDatabase;
  bus: SimulatedBus;
  template: Template;
}

const DRAIN_MS = 1000;

/** What a client may be owed beyond the bound: the answer to its own request, in bytes. */
const LARGEST_ANSWER = 4096;

/** Failures that the simulation itself brings about: among them conversations that are made with one participant twice. */
const EXPECTED =
  /participants not added|StoreUnavailableError|CommitOutcomeUnknownError|disk I\/O error|database or disk is full/;

export async function startNode({ world, database, bus, template }: NodeParts, name: string): Promise<SimulatedNode> {
  const { schedule, profile, random, trace } = world;
  const { limits } = profile;
  const connection = database.connect(name);
  const heard = new Map<number, number>();
  const transports = new Set<SimulatedTransport>();
  let alive = true;
  let setBackMs = 0;
  const ended = Promise.withResolvers<void>();
  const logger = createLogger({
    level: 'error',
    stream: {
      write(line) {
        if (alive && !EXPECTED.test(line)) world.violated(`${name} logged ${line}`);
      },
    },
  });
  const onError = (error: unknown): void => logger.error({ err: error }, 'background work failed');
  const ownBus = bus.node(name, connection.lastCommit, (commit) => {
    if (!heard.has(commit)) heard.set(commit, schedule.now());
  });
  const store = await openStore(
    { engine: 'sqlite', folder: database.folder },
    {
      maxBatch: limits.batchCommands,
      maxWaiting: limits.commandsWaiting,
      onCommit: (changeSet) => ownBus.publish(changeSet),
      onBackgroundError: onError,
      wrapConnection: connection.wrapConnection,
    },
  );
  const clock = manualClock(world.wallTime() + random.between(-500, 500));
  const stopClock = schedule.onTimePassing((ms) => clock.advance(ms));
  const { epoch } = await firstStart(store, template.secretBox, {}, clock.now());
  const ownStore = { ...store, read: connection.read };
  const execute = createCommandRunner({ store: ownStore, clock, limits, before: [] });
  const registry = new Registry();
  const keyUses = createKeyUses();
  const realtime = createRealtime({
    keyUses,
    read: connection.read,
    execute,
    secretBox: template.secretBox,
    clock,
    limits,
    joinPolicy: profile.joinPolicy,
    logger,
    registry,
    continuationKeys: [deriveKey(template.masterKey, 'confab/continuation-token/1')],
    renewLease: (node, ms) => renewPresenceLease(store, node, clock.now(), clock.now() + ms),
    tellTyping: (typing) => ownBus.tellTyping(typing),
    epoch: () => epoch,
    dev: true,
    random: random.number,
    wait: schedule.delay,
  });
  const largestUnread = registry.getSingleMetric('confab_realtime_unread_bytes_largest');
  const stopWatching = schedule.onTimePassing(() => {
    largestUnread?.get().then(({ values: [largest] }) => {
      if (Number(largest?.value) > limits.outboxBytesPerConnection + LARGEST_ANSWER) {
        world.violated(`${name} keeps ${largest?.value} bytes for one client`);
      }
    }, onError);
  });
  ownBus.listen({ ...realtime, reconnected: realtime.compareNow });
  const timers = startTimers({ read: connection.read, execute, clock, logger });
  const stopHousekeeping = startHousekeeping({ store: ownStore, execute, clock, limits, keyUses, onError });
  connection.trouble = true;
  trace.note(`${name} is up`);

  return {
    name,
    heardOf: (commit) => heard.get(commit),
    lastReadFault: connection.lastReadFault,
    setBackMs: () => setBackMs,
    jump(ms) {
      setBackMs += Math.max(0, -ms);
      clock.jumpTo(clock.now() + ms);
    },
    accept(transport) {
      transports.add(transport);
      transport.onClose(() => transports.delete(transport));
      realtime.accept(transport, 'http://localhost:4000');
    },
    execute,
    read: connection.read,
    isUp: () => alive,
    crash() {
      if (!alive) return;
      world.happened('a node crashes', name);
      ended.resolve(end());
    },
    stop() {
      world.happened('a node is stopped', name);
      realtime.drain(DRAIN_MS).then(() => {
        if (alive) ended.resolve(end());
      }, onError);
    },
    ended: ended.promise,
  };

  async function end(): Promise<void> {
    alive = false;
    trace.note(`${name} is gone`);
    stopClock();
    stopWatching();
    for (const transport of transports) transport.die();
    connection.crash();
    await ownBus.close();
    await timers.stop();
    await stopHousekeeping();
    await store.close();
    await connection.close();
  }
}
