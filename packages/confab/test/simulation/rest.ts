import type { DatabaseSync } from 'node:sqlite';
import type { Chronicle } from './chronicle.ts';
import { createSimulatedClient, type SimulatedClient } from './client.ts';
import type { ClientSession, ClientSurroundings } from './client-session.ts';
import type { Cluster } from './cluster.ts';
import { difference, expectedView, summaryOf } from './compare.ts';
import { type ExpectedState, expectedState } from './expected-state.ts';
import type { Ledger } from './ledger.ts';
import { pass } from './passing.ts';
import { expectedRestView, restView } from './rest-view.ts';
import type { Template } from './template.ts';
import type { World } from './world.ts';

export interface RestOptions {
  world: World;
  cluster: Cluster;
  clients: readonly SimulatedClient[];
  everybody: readonly ClientSession[];
  chronicle: Chronicle;
  ledger: Ledger;
  look: DatabaseSync;
  surroundings: ClientSurroundings;
  template: Template;
}

/** REST is asked for all at the end of every so many seeds: to build its application takes as long as a run. */
const REST_EVERY = 5;

/** So long may it take, once nothing goes wrong any more, until all have come to rest. */
const LONGEST_UNREST_MS = 60_000;

/**
 * Ends all trouble, waits until everything has come to rest, and compares: what commands were told with the event log, the tables with
 * the event log, each client with a fresh one, and the fresh ones and REST with the event log.
 */
export async function compareAtRest(options: RestOptions): Promise<void> {
  const { world, cluster, clients, everybody, chronicle, ledger } = options;
  world.trace.note('the world comes to rest');
  world.hostile = false;
  for (const client of everybody) {
    client.start();
    client.socket()?.read(true);
    client.socket()?.thaw();
  }
  await comeToRest(world, clients, () => cluster.isWhole());
  // What the bus has lost is found by looking, at the latest after this.
  await pass(world, 3 * world.profile.limits.busCheckMs);
  await comeToRest(world, clients, () => true);

  ledger.settle();
  // A timer that runs out while all is being compared changes what there is.
  for (;;) {
    const { length } = chronicle.entries;
    const differences = await compareAll(options);
    if (length !== chronicle.entries.length) continue;
    for (const found of differences) world.violated(found);
    return;
  }
}

async function compareAll({
  world,
  cluster,
  template,
  clients,
  chronicle,
  look,
  surroundings,
}: RestOptions): Promise<string[]> {
  const differences: string[] = [];
  const report = (what: string, found: string | undefined): void => {
    if (found !== undefined) differences.push(`${what} differ: ${found}`);
  };
  const state = expectedState(chronicle.entries, world.violated);
  compareTables(state, look, report);
  const node = world.seed % REST_EVERY === 0 ? cluster.any() : undefined;
  if (node !== undefined) {
    const told = await restView(node.read, template, world.wallTime());
    report('REST and the event log', difference(told, expectedRestView(state)));
  }
  for (const identity of new Set(clients.map((client) => client.identity))) {
    const fresh = createSimulatedClient(surroundings, `fresh ${identity}`, identity);
    fresh.start();
    await comeToRest(world, [fresh], () => true);
    const view = fresh.view();
    report(`fresh ${identity} and the event log`, difference(summaryOf(view), expectedView(state, identity)));
    for (const client of clients.filter((one) => one.identity === identity)) {
      report(`${client.name} and fresh ${identity}`, difference(client.view(), view));
    }
    fresh.stop();
  }
  return differences;
}

type Report = (what: string, found: string | undefined) => void;

async function comeToRest(world: World, clients: readonly SimulatedClient[], isWhole: () => boolean): Promise<void> {
  const end = world.schedule.now() + LONGEST_UNREST_MS;
  for (;;) {
    await pass(world, 250);
    const restless = clients.filter((client) => client.restless() !== undefined);
    if (restless.length === 0 && isWhole()) return;
    if (world.schedule.now() < end) continue;
    for (const client of restless) world.violated(`${client.name} does not come to rest: ${client.restless()}`);
    world.violated('the nodes do not come up');
    return;
  }
}

function compareTables({ conversations, users }: ExpectedState, look: DatabaseSync, report: Report): void {
  const rows = (sql: string) =>
    look
      .prepare(sql)
      .all()
      .map((row) => Object.values(row));
  const expectedMessages = [...conversations].flatMap(([conversation, { messages }]) =>
    [...messages].map(([sid, { index, body, attributes }]) => [conversation, sid, index, body, attributes]),
  );
  const expectedParticipants = [...conversations].flatMap(([conversation, { participants }]) =>
    [...participants].map(([sid, { identity, address, attributes, roleSid, horizon }]) => [
      conversation,
      sid,
      identity,
      address,
      attributes,
      roleSid,
      horizon,
    ]),
  );
  const expectedConversations = [...conversations].map(([sid, one]) => [
    sid,
    one.friendlyName,
    one.attributes,
    one.state,
    one.nextIndex,
    one.messages.size,
    one.participants.size,
  ]);
  // What is left of deleted conversations goes in the background.
  const of = 'JOIN conversations c ON c.id = conversation_id WHERE c.deleted_at IS NULL ORDER BY c.id';
  const tables: readonly [name: string, found: unknown[][], expected: unknown[][]][] = [
    [
      'messages',
      rows(`SELECT c.sid AS conversation, m.sid, "index", body, m.attributes FROM messages m ${of}, m.id`),
      expectedMessages,
    ],
    [
      'participants',
      rows(
        `SELECT c.sid AS conversation, p.sid, identity, address, p.attributes, r.sid AS role_sid, last_read_message_index
         FROM participants p JOIN roles r ON r.id = p.role_id ${of}, p.id`,
      ),
      expectedParticipants,
    ],
    [
      'conversations',
      rows(
        `SELECT sid, friendly_name, attributes, state, next_message_index, messages_count, participants_count
         FROM conversations WHERE deleted_at IS NULL ORDER BY id`,
      ),
      expectedConversations,
    ],
    [
      'users',
      rows('SELECT sid, identity, friendly_name FROM users ORDER BY id'),
      [...users].map(([sid, { identity, friendlyName }]) => [sid, identity, friendlyName]),
    ],
  ];
  for (const [name, found, expected] of tables)
    report(`the table of ${name} and the event log`, difference(found, expected));
}
