import type { ClientSession } from './client-session.ts';
import type { Cluster } from './cluster.ts';
import type { World } from './world.ts';

/** Something goes wrong with the network, a machine or a clock. */
type FaultOf = (world: World, cluster: Cluster, client: ClientSession) => void;

const cut: FaultOf = ({ trace }, _cluster, { name, socket }) => {
  trace.note(`the socket of ${name} is cut`);
  socket()?.cut();
};

/** Half-open: neither end is told. Later it goes on, or both learn that it is over. */
const freeze: FaultOf = ({ schedule, random, trace }, _cluster, { name, socket }) => {
  const frozen = socket();
  if (frozen === undefined) return;
  trace.note(`the socket of ${name} is frozen`);
  frozen.freeze();
  schedule.after(random.between(10, 8000), () => (random.chance(0.5) ? frozen.thaw() : frozen.cut()));
};

const stopReading: FaultOf = ({ schedule, random, trace }, _cluster, { name, socket }) => {
  const unread = socket();
  if (unread === undefined) return;
  trace.note(`${name} reads nothing`);
  unread.read(false);
  schedule.after(random.between(50, 4000), () => unread.read(true));
};

/** Its page is closed, or its machine sleeps, with all that it knew. */
const sleep: FaultOf = ({ schedule, random, trace }, _cluster, client) => {
  trace.note(`${client.name} sleeps`);
  client.stop();
  schedule.after(random.between(500, 6000), client.start);
};

const crash: FaultOf = ({ random }, cluster) => cluster.crash(random.between(0, 2000));

const HOUR_MS = 3_600_000;

const jump: FaultOf = ({ random, trace }, cluster) => {
  const ms = random.weighted([
    [6, random.between(1000, 120_000)],
    // The three minutes in which a token says that it is about to expire, and its end.
    [2, HOUR_MS - 120_000],
    [1, 2 * HOUR_MS],
    // Tombstones are kept for a day.
    [1, 26 * HOUR_MS],
  ]);
  trace.note(`all clocks jump by ${ms} ms`);
  cluster.jumpClocks(ms);
};

const setBack: FaultOf = ({ random, trace }, cluster) => {
  const ms = random.between(1, 900);
  trace.note(`a clock is set back by ${ms} ms`);
  cluster.setBackOne(ms);
};

const FAULTS: readonly (readonly [weight: number, FaultOf])[] = [
  [10, cut],
  [4, freeze],
  [4, stopReading],
  [4, sleep],
  [4, crash],
  [2, jump],
  [2, setBack],
];

export function somethingGoesWrong(world: World, cluster: Cluster, client: ClientSession): void {
  world.random.weighted(FAULTS)(world, cluster, client);
}
