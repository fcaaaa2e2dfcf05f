import { type Bus, type BusListener, ownerSidOf, type Touch } from '../../src/bus/bus.ts';
import type { Change, ChangeSet } from '../../src/store/index.ts';
import type { World } from './world.ts';

/** Carries change sets between the nodes, and loses, repeats, delays and reorders them as the profile says. */
export interface SimulatedBus {
  /** Loses everything that is for the node, until the bus is there again and says so. */
  cutOff(name: string, ms: number): void;
  /** The bus of one node. `commit` gives the number of the commit that the node publishes; `heard` is told of each that arrives. */
  node(name: string, commit: () => number, heard: (commit: number) => void): Bus;
}

interface Node {
  name: string;
  listeners: BusListener[];
  /** Newest commit that it has heard of. */
  newest: number;
  heard: (commit: number) => void;
  cutOff: boolean;
}

export function createSimulatedBus(world: World): SimulatedBus {
  const { random, schedule, trace } = world;
  const { loseChance, repeatChance, delay, touchChance } = world.profile.bus;
  const nodes = new Set<Node>();

  function deliver(node: Node, commit: number, changeSet: ChangeSet, asTouches: boolean): void {
    if (!nodes.has(node)) return;
    if (node.cutOff) {
      world.happened('a message is lost', `commit ${commit} for ${node.name}`);
      return;
    }
    if (commit < node.newest) world.happened('a message is overtaken', `commit ${commit} for ${node.name}`);
    node.newest = Math.max(node.newest, commit);
    trace.note(`${node.name} hears of commit ${commit}${asTouches ? ' without its content' : ''}`);
    node.heard(commit);
    for (const listener of node.listeners) {
      if (asTouches) listener.touched(changeSet.changes.map(touchOf), changeSet.rechecks);
      else listener.changed(changeSet);
    }
  }

  function send(node: Node, commit: number, changeSet: ChangeSet): void {
    const asTouches = random.chance(touchChance);
    const arrive = (): void => deliver(node, commit, changeSet, asTouches);
    if (world.hostile && random.chance(delay.chance)) schedule.after(random.between(0, delay.maxMs), arrive);
    else arrive();
  }

  function publish(commit: number, changeSet: ChangeSet): void {
    for (const node of nodes) {
      if (world.hostile && random.chance(loseChance)) {
        world.happened('a message is lost', `commit ${commit} for ${node.name}`);
        continue;
      }
      send(node, commit, changeSet);
      if (!world.hostile || !random.chance(repeatChance)) continue;
      world.happened('a message is repeated', `commit ${commit} for ${node.name}`);
      send(node, commit, changeSet);
    }
  }

  return {
    cutOff(name, ms) {
      const node = [...nodes].find((one) => one.name === name);
      if (node === undefined) return;
      world.happened('the bus of a node is cut off', name);
      node.cutOff = true;
      schedule.after(ms, () => {
        node.cutOff = false;
        if (nodes.has(node)) for (const listener of node.listeners) listener.reconnected();
      });
    },
    node(name, commit, heard) {
      const node: Node = { name, listeners: [], newest: 0, heard, cutOff: false };
      nodes.add(node);
      return {
        publish(changeSet) {
          if (nodes.has(node)) publish(commit(), changeSet);
        },
        // Nobody types in the simulation: nothing of it lasts that could be compared.
        tellTyping: () => {},
        publishLogged: () => {},
        listen: (listener) => void node.listeners.push(listener),
        async close() {
          nodes.delete(node);
        },
      };
    },
  };
}

function touchOf(change: Change): Touch {
  return { object: change.object, ownerSid: ownerSidOf(change), event: change.event };
}
