import type { ClientSession } from './client-session.ts';
import type { Cluster } from './cluster.ts';
import type { World } from './world.ts';

const HOUR_MS = 3_600_000;

/** Something goes wrong with the network, a machine or a clock. */
type FaultOf = (world: World, cluster: Cluster, client: ClientSession) => void;

const cut: FaultOf = (world, _cluster, { name, socket }) => {
  world.happened('a socket is cut', name);
  socket()?.cut();
};

/** Half-open: neither end is told. Later it goes on, or both learn that it is over. */
const freeze: FaultOf = (world, _cluster, { name, socket }) => {
  const { schedule, random } = world;
  const frozen = socket();
  if (frozen === undefined) return;
  world.happened('a socket is frozen', name);
  const lasts = frozen.freeze();
  const { keepalivePingMs, keepaliveReplyMs } = world.profile.limits;
  // A ping may just have been answered, and a clock may have been set back.
  const noticedAfter = 2 * keepalivePingMs + keepaliveReplyMs + 3000;
  const frozenMs = random.between(10, 2 * noticedAfter);
  if (frozenMs > noticedAfter) {
    schedule.after(noticedAfter, () => {
      if (lasts() && frozen.isServed())
        world.violated(`the server has not noticed that the socket of ${name} is frozen`);
    });
  }
  schedule.after(frozenMs, () => (random.chance(0.5) ? frozen.thaw() : frozen.cut()));
};

const stopReading: FaultOf = (world, _cluster, { name, socket }) => {
  const { schedule, random } = world;
  const unread = socket();
  if (unread === undefined) return;
  world.happened('a client does not read', name);
  unread.read(false);
  schedule.after(random.between(50, 4000), () => unread.read(true));
};

/** Its page is closed, or its machine sleeps, with all that it knew. */
const sleep: FaultOf = (world, _cluster, client) => {
  const { schedule, random } = world;
  world.happened('a client sleeps', client.name);
  client.stop();
  schedule.after(random.between(500, 10_000), client.start);
};

/** It sleeps for longer than removals are remembered (invariant 3). */
const sleepForDays: FaultOf = (world, cluster, client) => {
  const { schedule, random } = world;
  world.happened('a client sleeps for days', client.name);
  client.stop();
  schedule.after(random.between(1000, 5000), () => cluster.jumpClocks(26 * HOUR_MS));
  schedule.after(random.between(6000, 8000), client.start);
};

const crash: FaultOf = ({ random }, cluster) => cluster.crash(random.between(0, 2000));

const stop: FaultOf = ({ random }, cluster) => cluster.stopOne(random.between(0, 2000));

const cutOff: FaultOf = ({ random }, cluster) => cluster.cutOffOne(random.between(100, 4000));

const jump: FaultOf = (world, cluster) => {
  const { random } = world;
  const ms = random.weighted([
    [6, random.between(1000, 120_000)],
    // The three minutes in which a token says that it is about to expire, and its end.
    [2, HOUR_MS - 120_000],
    [1, 2 * HOUR_MS],
  ]);
  world.happened('all clocks jump', `by ${ms} ms`);
  cluster.jumpClocks(ms);
};

const setBack: FaultOf = (world, cluster) => {
  const ms = world.random.between(1, 900);
  world.happened('a clock is set back', `by ${ms} ms`);
  cluster.setBackOne(ms);
};

const FAULTS: readonly (readonly [weight: number, FaultOf])[] = [
  [10, cut],
  [4, freeze],
  [4, stopReading],
  [6, sleep],
  [1, sleepForDays],
  [3, crash],
  [2, stop],
  [2, cutOff],
  [2, jump],
  [2, setBack],
];

export function somethingGoesWrong(world: World, cluster: Cluster, client: ClientSession): void {
  world.random.weighted(FAULTS)(world, cluster, client);
}
