import { setTimeout as sleep } from 'node:timers/promises';
import { type MessageTarget, messageText, startBaselineTarget, startConfabTarget } from './support/message-servers.ts';
import { benchOptions } from './support/options.ts';
import { watchLoad } from './support/process-usage.ts';
import { report } from './support/report.ts';
import { interleave, ratios, type Variant, valuesOf } from './support/rounds.ts';
import { createSender, httpHands } from './support/sender.ts';
import { withTemporaryFolder } from './support/temporary-folder.ts';

/**
 * Durable sends per second to one conversation over REST, against a bare Fastify handler that commits the same rows through the same
 * group commit.
 */
const options = benchOptions({ seconds: 3 });
const CONNECTIONS = [16, 64] as const;
const WARM_UP_MS = 1500;

const metrics = ['rate16', 'cpu16', 'generator16', 'rate64', 'cpu64', 'generator64'] as const;
type Metric = (typeof metrics)[number];

async function measure({ server, request }: MessageTarget): Promise<Record<Metric, number>> {
  const values: Partial<Record<Metric, number>> = {};
  for (const connections of CONNECTIONS) {
    const { hands, close } = await httpHands(server.port, connections, (n) => request(messageText(n)));
    const sender = createSender(hands);
    const loop = sender.startClosedLoop();
    await sleep(WARM_UP_MS);
    const before = sender.acknowledged();
    const used = watchLoad(server.pid);
    await sleep(options.seconds * 1000);
    const { serverCpuMs, elapsedMs, generatorShare } = used();
    const sends = sender.acknowledged() - before;
    await loop.stop();
    close();
    values[`rate${connections}`] = (sends / elapsedMs) * 1000;
    values[`cpu${connections}`] = (serverCpuMs / sends) * 1000;
    values[`generator${connections}`] = generatorShare;
  }
  return values as Record<Metric, number>;
}

function variant(name: string, start: (folder: string) => Promise<MessageTarget>): Variant<Metric> {
  return {
    name,
    run: () =>
      withTemporaryFolder(async (folder) => {
        const target = await start(folder);
        try {
          return await measure(target);
        } finally {
          await target.server.stop();
        }
      }),
  };
}

const { profile } = options;
const variants = [
  variant('confab', (folder) => startConfabTarget(folder, { logLevel: 'info', profile })),
  variant('confab, log level warn', (folder) => startConfabTarget(folder, { logLevel: 'warn', profile })),
  variant('baseline', (folder) => startBaselineTarget(folder, profile)),
];
const measured = await interleave(variants, metrics, options.rounds);
const values = (name: string, metric: Metric) => valuesOf(measured, name, metric);

report(
  'Durable sends to one conversation over REST',
  CONNECTIONS.flatMap((connections) => [
    ...variants.flatMap(({ name }) => {
      const rate = values(name, `rate${connections}`);
      const goal = name === 'confab' ? { goal: { atLeast: 6000 } } : {};
      return [
        { what: `${name}, ${connections} connections`, unit: 'sends/s', values: rate, ...goal },
        { what: `${name}, ${connections} connections`, unit: 'CPU µs/send', values: values(name, `cpu${connections}`) },
        {
          what: `${name}, ${connections} connections`,
          unit: 'generator, share of a core',
          values: values(name, `generator${connections}`),
        },
      ];
    }),
    ...variants.slice(0, 2).map(({ name }) => ({
      what: `${name} / baseline, ${connections} connections`,
      unit: 'ratio of sends/s',
      values: ratios(values(name, `rate${connections}`), values('baseline', `rate${connections}`)),
      ...(name === 'confab' && { goal: { atLeast: 0.6 } }),
    })),
  ]),
  options.json,
);
