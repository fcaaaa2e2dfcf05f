import { setTimeout as sleep } from 'node:timers/promises';
import { benchOptions } from './support/options.ts';
import { watchLoad } from './support/process-usage.ts';
import { report } from './support/report.ts';
import { openBaselineRoom, openConfabRoom, type Room } from './support/room.ts';
import { interleave, ratios, type Variant, valuesOf } from './support/rounds.ts';
import { createSender } from './support/sender.ts';
import { withTemporaryFolder } from './support/temporary-folder.ts';

/**
 * CPU of the server for one delivery (one message's event reaching one client and acknowledged) in a room of 100 clients, who send every
 * message themselves, each of them stored, against a bare `ws` server that stores with the same group commit.
 */
const options = benchOptions({ seconds: 5 });
const ROOM = 100;
const PACE = 100;
/** Messages that may be on their way to the slowest client: enough to keep the server busy, and bounded. */
const ON_THE_WAY = 256;
const WARM_UP_MS = 2000;
const SETTLE_MS = 15_000;

const metrics = ['paced', 'saturated', 'rate', 'serverShare', 'generatorShare'] as const;
type Metric = (typeof metrics)[number];

async function measure(room: Room): Promise<Record<Metric, number>> {
  const { server, members } = room;
  const sender = createSender(room.hands);
  const slowest = (): number => Math.min(...members.map((member) => member.received()));
  const delivered = (): number => members.reduce((sum, member) => sum + member.received(), 0);
  const saturate = () => sender.startClosedLoop(() => sender.begun() - slowest() < ON_THE_WAY);
  const settle = async (): Promise<void> => {
    const deadline = performance.now() + SETTLE_MS;
    while (slowest() < sender.acknowledged()) {
      if (performance.now() > deadline)
        throw new Error(`A client has ${slowest()} of ${sender.acknowledged()} messages.`);
      await sleep(5);
    }
  };

  const warmUp = saturate();
  await sleep(WARM_UP_MS);
  await warmUp.stop();
  await settle();

  let before = delivered();
  let used = watchLoad(server.pid);
  await sender.pace(PACE, options.seconds * 1000);
  await settle();
  const paced = (used().serverCpuMs * 1000) / (delivered() - before);

  const loop = saturate();
  await sleep(500);
  before = delivered();
  used = watchLoad(server.pid);
  await sleep(options.seconds * 1000);
  const deliveries = delivered() - before;
  const { serverCpuMs, elapsedMs, generatorShare } = used();
  await loop.stop();
  await settle();
  return {
    paced,
    saturated: (serverCpuMs * 1000) / deliveries,
    rate: (deliveries / elapsedMs) * 1000,
    serverShare: serverCpuMs / elapsedMs,
    generatorShare,
  };
}

function variant(
  name: string,
  open: (folder: string, size: number, profile?: string) => Promise<Room>,
): Variant<Metric> {
  return {
    name,
    run: () =>
      withTemporaryFolder(async (folder) => {
        const room = await open(folder, ROOM, options.profile);
        try {
          return await measure(room);
        } finally {
          await room.stop();
        }
      }),
  };
}

const variants = [variant('confab', openConfabRoom), variant('baseline', openBaselineRoom)];
const measured = await interleave(variants, metrics, options.rounds);
const values = (name: string, metric: Metric) => valuesOf(measured, name, metric);

report(
  `Deliveries in a room of ${ROOM} clients`,
  [
    ...variants.flatMap(({ name }) => [
      { what: `${name}, ${PACE} messages/s`, unit: 'CPU µs/delivery', values: values(name, 'paced') },
      { what: `${name}, saturated`, unit: 'CPU µs/delivery', values: values(name, 'saturated') },
      { what: `${name}, saturated`, unit: 'deliveries/s', values: values(name, 'rate') },
      { what: `${name}, saturated`, unit: 'server, share of a core', values: values(name, 'serverShare') },
      { what: `${name}, saturated`, unit: 'generator, share of a core', values: values(name, 'generatorShare') },
    ]),
    {
      what: `confab / baseline, ${PACE} messages/s`,
      unit: 'ratio of CPU',
      values: ratios(values('confab', 'paced'), values('baseline', 'paced')),
      goal: { atMost: 1.3 },
    },
    {
      what: 'confab / baseline, saturated',
      unit: 'ratio of CPU',
      values: ratios(values('confab', 'saturated'), values('baseline', 'saturated')),
      goal: { atMost: 0.6 },
    },
  ],
  options.json,
);
