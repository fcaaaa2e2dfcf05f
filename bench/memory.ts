import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ChildServer, startChild } from './support/child-server.ts';
import { createCircles } from './support/circles.ts';
import { collectGarbage } from './support/collect-garbage.ts';
import { LOG_FILE, startConfabServer } from './support/confab-server.ts';
import { benchOptions } from './support/options.ts';
import { residentBytes } from './support/process-usage.ts';
import { report } from './support/report.ts';
import { joinAsSdk } from './support/room.ts';
import { interleave, type Variant, valuesOf } from './support/rounds.ts';
import { withTemporaryFolder } from './support/temporary-folder.ts';
import { openLoadSocket } from './support/web-socket.ts';

/**
 * Resident memory of the server for each idle connection with 10 subscriptions, against bare `ws` with 10 tiny ones. The first clients
 * pay for what is there once (buffers, compiled code, a grown heap), so the growth from the first to the last is what counts. Garbage is
 * collected before each look: V8 does so by itself after about a minute of rest, but not at a moment that can be waited for.
 */
const options = benchOptions({ seconds: 2 });
const FIRST = 500;
const ALL = 2500;
const AT_ONCE = 20;
/** Three conversations with three objects each, and one of the user's own two maps. */
const SUBSCRIPTIONS = 10;

const metrics = ['held', 'before'] as const;
type Metric = (typeof metrics)[number];

const LOOK = { collections: 3, settleMs: 500 } as const;

interface Connection {
  close(): void;
}

async function measure(
  server: ChildServer,
  logFile: string,
  connect: (n: number) => Promise<Connection>,
): Promise<Record<Metric, number>> {
  const connections: Connection[] = [];
  async function grow(to: number): Promise<Record<Metric, number>> {
    for (let from = connections.length; from < to; from = connections.length) {
      const batch = Array.from({ length: Math.min(AT_ONCE, to - from) }, (_, n) => connect(from + n));
      connections.push(...(await Promise.all(batch)));
    }
    await sleep(options.seconds * 1000);
    const before = residentBytes(server.pid);
    for (let n = 0; n < LOOK.collections; n += 1) await collectGarbage(logFile);
    await sleep(LOOK.settleMs);
    return { held: residentBytes(server.pid), before };
  }
  try {
    const first = await grow(FIRST);
    const all = await grow(ALL);
    const each = (metric: Metric): number => (all[metric] - first[metric]) / (ALL - FIRST);
    return { held: each('held'), before: each('before') };
  } finally {
    for (const connection of connections) connection.close();
  }
}

function confab(folder: string, conversationsOf: (n: number) => string[]): Variant<Metric> {
  return {
    name: 'confab',
    async run() {
      const server = await startConfabServer({ folder, profile: options.profile, inspect: true });
      try {
        return await measure(server, join(folder, LOG_FILE), (n) =>
          joinAsSdk(server, `member-${n}`, conversationsOf(n), { most: SUBSCRIPTIONS }),
        );
      } finally {
        await server.stop();
      }
    },
  };
}

const BASELINE = fileURLToPath(new URL('./baselines/socket-server.ts', import.meta.url));

const baseline = (folder: string): Variant<Metric> => ({
  name: 'baseline',
  async run() {
    const logFile = join(folder, 'baseline.log');
    const server = await startChild({ script: BASELINE, logFile, inspect: true });
    try {
      return await measure(server, logFile, async (n) => {
        const answered = Promise.withResolvers<void>();
        const socket = await openLoadSocket(server.port, '/', {
          onMessage: () => answered.resolve(),
          onLost: () => answered.reject(new Error('A baseline client was dropped.')),
        });
        const names = Array.from({ length: SUBSCRIPTIONS }, (_, at) => `subscription ${at} of ${n}`);
        socket.send(Buffer.from(JSON.stringify(names)), 'text');
        await answered.promise;
        return socket;
      });
    } finally {
      await server.stop();
    }
  },
});

await withTemporaryFolder(async (folder) => {
  const server = await startConfabServer({ folder });
  const conversationsOf = await createCircles(server, ALL);
  await server.stop();
  const measured = await interleave([confab(folder, conversationsOf), baseline(folder)], metrics, options.rounds);
  const kibibytes = (name: string, metric: Metric): number[] =>
    valuesOf(measured, name, metric).map((bytes) => bytes / 1024);
  report(
    `Resident memory of one idle connection with ${SUBSCRIPTIONS} subscriptions, from ${FIRST} to ${ALL} of them`,
    [
      { what: 'confab', unit: 'KiB', values: kibibytes('confab', 'held'), goal: { atMost: 25 } },
      { what: 'baseline', unit: 'KiB', values: kibibytes('baseline', 'held') },
      { what: 'confab, garbage included', unit: 'KiB', values: kibibytes('confab', 'before') },
      { what: 'baseline, garbage included', unit: 'KiB', values: kibibytes('baseline', 'before') },
    ],
    options.json,
  );
});
