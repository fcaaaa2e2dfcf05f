import { fileURLToPath } from 'node:url';
import { type ChildServer, startChild } from './support/child-server.ts';
import { createCircles } from './support/circles.ts';
import { startConfabServer } from './support/confab-server.ts';
import { benchOptions } from './support/options.ts';
import { watchLoad } from './support/process-usage.ts';
import { redial } from './support/redial.ts';
import { report } from './support/report.ts';
import { joinAsSdk } from './support/room.ts';
import { interleave, quantile, type Variant, valuesOf } from './support/rounds.ts';
import { withTemporaryFolder } from './support/temporary-folder.ts';
import { connectTwilsock, type TwilsockClient } from './support/twilsock-client.ts';
import { type LoadSocket, openLoadSocket } from './support/web-socket.ts';

/**
 * 5,000 clients with 10 subscriptions each lose their server to `kill -9`; it is started again at once on the same data and port. Each dials
 * as the SDK does, logs in and subscribes again. Timed from the kill, against a bare `ws` server that keeps ten names for each.
 */
const options = benchOptions({ seconds: 1 });
const CLIENTS = 5000;
const SUBSCRIPTIONS = 10;
const AT_ONCE = 20;

const metrics = ['half', 'all', 'dials', 'serverShare', 'generatorShare'] as const;
type Metric = (typeof metrics)[number];

/** One client, as far as the storm goes: it comes back by itself, and can be let go. */
interface Storming {
  dialAgain(port: number): Promise<void>;
  close(): void;
}

async function storm<Server extends ChildServer>(
  start: (port?: number) => Promise<Server>,
  connect: (server: Server, n: number) => Promise<Storming>,
): Promise<Record<Metric, number>> {
  const first = await start();
  const clients: Storming[] = [];
  for (let from = 0; from < CLIENTS; from += AT_ONCE) {
    clients.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => connect(first, from + n)))));
  }
  await first.kill();
  const killed = performance.now();
  const back: number[] = [];
  let dials = 0;
  const returning = clients.map(async (client) => {
    const dialled = await redial(() => client.dialAgain(first.port));
    dials += dialled;
    back.push(performance.now() - killed);
  });
  const second = await start(first.port);
  const used = watchLoad(second.pid);
  try {
    await Promise.all(returning);
    const { serverCpuMs, elapsedMs, generatorShare } = used();
    return {
      half: quantile(back, 0.5) / 1000,
      all: quantile(back, 1) / 1000,
      dials: dials / CLIENTS,
      serverShare: serverCpuMs / elapsedMs,
      generatorShare,
    };
  } finally {
    for (const client of clients) client.close();
    await second.stop();
  }
}

const confab = (folder: string, conversationsOf: (n: number) => string[]): Variant<Metric> => ({
  name: 'confab',
  run: () =>
    storm(
      (port) => startConfabServer({ folder, profile: options.profile, ...(port !== undefined && { port }) }),
      async (server, n) => {
        const token = server.token(`member-${n}`);
        const { subscriptions, ...first } = await joinAsSdk(server, `member-${n}`, conversationsOf(n), {
          most: SUBSCRIPTIONS,
        });
        let client: TwilsockClient = first;
        return {
          async dialAgain(port) {
            client = await connectTwilsock({ port, token, continuationToken: client.continuationToken() });
            await client.subscribe(subscriptions);
          },
          close: () => client.close(),
        };
      },
    ),
});

const BASELINE = fileURLToPath(new URL('./baselines/socket-server.ts', import.meta.url));

const baseline: Variant<Metric> = {
  name: 'baseline',
  run: () =>
    storm(
      (port) => startChild({ script: BASELINE, ...(port !== undefined && { env: { PORT: String(port) } }) }),
      async (server, n) => {
        const names = Array.from({ length: SUBSCRIPTIONS }, (_, at) => `subscription ${at} of ${n}`);
        let socket = await subscribeTo(server.port, names);
        return {
          async dialAgain(port) {
            socket = await subscribeTo(port, names);
          },
          close: () => socket.close(),
        };
      },
    ),
};

async function subscribeTo(port: number, names: readonly string[]): Promise<LoadSocket> {
  const answered = Promise.withResolvers<void>();
  const socket = await openLoadSocket(port, '/', {
    onMessage: () => answered.resolve(),
    onLost: () => answered.reject(new Error('A baseline client was dropped.')),
  });
  socket.send(Buffer.from(JSON.stringify(names)), 'text');
  await answered.promise;
  return socket;
}

await withTemporaryFolder(async (folder) => {
  const server = await startConfabServer({ folder });
  const conversationsOf = await createCircles(server, CLIENTS);
  await server.stop();
  const measured = await interleave([confab(folder, conversationsOf), baseline], metrics, options.rounds);
  const values = (name: string, metric: Metric) => valuesOf(measured, name, metric);
  report(
    `${CLIENTS} clients with ${SUBSCRIPTIONS} subscriptions each, after kill -9 and a restart`,
    [
      { what: 'all are back', unit: 's', values: values('confab', 'all'), goal: { atMost: 15 } },
      { what: 'half are back', unit: 's', values: values('confab', 'half') },
      { what: 'all are back, baseline', unit: 's', values: values('baseline', 'all') },
      { what: 'half are back, baseline', unit: 's', values: values('baseline', 'half') },
      { what: 'dials of a client', unit: 'times', values: values('confab', 'dials') },
      { what: 'server', unit: 'share of a core', values: values('confab', 'serverShare') },
      { what: 'generator', unit: 'share of a core', values: values('confab', 'generatorShare') },
    ],
    options.json,
  );
});
