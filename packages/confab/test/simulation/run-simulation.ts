import { fillSidsFrom } from '../../src/sid.ts';
import { createBackend } from './account-actions.ts';
import { createAppServer } from './app-server.ts';
import { createSimulatedBus } from './bus.ts';
import { type Chronicle, createChronicle, type LogEntry } from './chronicle.ts';
import { createSimulatedClient } from './client.ts';
import { actAtClient, type Stage } from './client-actions.ts';
import type { ClientSession, ClientSurroundings } from './client-session.ts';
import { createCluster } from './cluster.ts';
import { somethingGoesWrong } from './faults.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { pass, refuseViolation } from './passing.ts';
import { compareAtRest } from './rest.ts';
import { createRights } from './rights.ts';
import { createSharedDatabase } from './shared-database.ts';
import { createStubbornClient } from './stubborn-client.ts';
import type { Template } from './template.ts';
import { createWorld, type World } from './world.ts';

export interface SimulationResult {
  /** The same whenever the same seed is run on the same code. */
  hash: string;
  /** World time that passed. */
  ms: number;
  commits: number;
  operations: ReturnType<Ledger['counts']>;
  /** What went wrong, and how often. */
  happenings: ReadonlyMap<string, number>;
  /** The last lines of what happened. */
  trace: readonly string[];
}

export interface SimulationOptions {
  /** How many things are done before the world is left in peace. */
  steps?: number;
  /** Lines of the trace that a failure shows, and that the result has. */
  lines?: number;
}

/** Clients that share an identity see the same, each at its own pace. */
const CLIENTS = ['alice', 'alice', 'bob', 'carol', 'dave'] as const;
const STUBBORN = 'bob';

/** Runs one seed from an empty database to the rest at its end. Throws SimulationFailure. */
export async function runSimulation(
  template: Template,
  seed: number,
  { steps = 150, lines = 80 }: SimulationOptions = {},
): Promise<SimulationResult> {
  const world = createWorld(seed, lines);
  const { random, schedule, trace } = world;
  fillSidsFrom(random.bytes);
  let commits = 0;
  const database = createSharedDatabase(world, template.copy(), (node) => {
    const { number } = chronicle.recordCommit();
    trace.note(`${node} makes commit ${number}`);
    commits = number;
    return number;
  });
  const chronicle = createChronicle(database.look, schedule.now, world.violated);
  const ledger = createLedger(world, chronicle);
  const rights = createRights(chronicle, world.profile.joinPolicy);
  const bus = createSimulatedBus(world);
  const cluster = createCluster({ world, database, bus, template }, { world, chronicle, ledger, rights });
  countTurns(world, chronicle);
  const stage: Stage = { random, ledger, ...conversationsOf(chronicle) };
  const backend = createBackend(world, stage, database.look, template);
  const surroundings: ClientSurroundings = {
    world,
    ledger,
    serviceSid: template.chatServiceSid,
    mint: createAppServer(world, chronicle, template),
    node: cluster.any,
  };
  const clients = CLIENTS.map((identity, at) => createSimulatedClient(surroundings, `${identity} ${at + 1}`, identity));
  const everybody: ClientSession[] = [...clients, createStubbornClient(surroundings, `stubborn ${STUBBORN}`, STUBBORN)];

  function act(): void {
    const client = random.any(clients.filter((one) => one.link() !== undefined));
    const victim = random.any(everybody);
    const node = cluster.any();
    if (victim !== undefined && random.chance(world.profile.troubleChance)) somethingGoesWrong(world, cluster, victim);
    else if (client !== undefined && random.chance(0.7)) actAtClient(stage, client);
    else if (node !== undefined) backend.act(node);
  }

  try {
    await cluster.start();
    for (const client of everybody) client.start();
    await play(world, act, steps);
    await compareAtRest({
      world,
      cluster,
      clients,
      everybody,
      chronicle,
      ledger,
      look: database.look,
      surroundings,
      template,
    });
    refuseViolation(world);
    return {
      hash: trace.hash(),
      ms: schedule.now(),
      commits,
      operations: ledger.counts(),
      happenings: world.happenings(),
      trace: trace.lines(),
    };
  } finally {
    for (const client of everybody) client.stop();
    await cluster.stop();
    fillSidsFrom();
    database.remove();
  }
}

/** Counts what a simulation of the life of conversations must have seen. */
function countTurns(world: World, chronicle: Chronicle): void {
  chronicle.onEntry(({ kind, subject, payload }) => {
    if (kind === 'conversation.removed') world.happened('a conversation is deleted', subject);
    if (kind === 'participant.added' && payload.identity === null) world.happened('somebody comes by address', subject);
    if (kind !== 'conversation.state_updated') return;
    const { state_from: from, state_to: to, reason } = payload;
    world.happened(`${reason} makes a conversation ${to}, which was ${from}`, subject);
  });
}

/** More at a time, or in all, would only make runs longer. */
const MOST_OPEN = 3;
const MOST_EVER = 6;

function conversationsOf({ entries }: Chronicle): Pick<Stage, 'conversationSids' | 'mayCreate'> {
  const made = (): string[] =>
    entries.filter(({ kind }) => kind === 'conversation.added').map(({ subject }) => subject);
  const isOver = ({ kind, payload }: LogEntry): boolean =>
    kind === 'conversation.removed' || (kind === 'conversation.state_updated' && payload.state_to === 'closed');
  return {
    conversationSids: made,
    mayCreate() {
      const over = new Set(entries.filter(isOver).map(({ subject }) => subject));
      return made().length < MOST_EVER && made().length - over.size < MOST_OPEN;
    },
  };
}

/** Lets things happen, one step after the other, and time pass between them. */
async function play(world: World, act: () => void, steps: number): Promise<void> {
  const { random } = world;
  for (let step = 0; step < steps; step += 1) {
    act();
    const gap = random.weighted([
      [6, random.between(0, 20)],
      [3, random.between(20, 200)],
      [1, random.between(200, 2000)],
    ]);
    await pass(world, gap);
  }
}
