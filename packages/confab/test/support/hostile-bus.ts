import type { Bus, BusListener, Touch } from '../../src/bus/bus.ts';
import { ownerSidOf } from '../../src/bus/bus.ts';
import type { Change, ChangeSet } from '../../src/store/index.ts';
import { randomNumbers } from './random-numbers.ts';

export interface HostileNetworkOptions {
  /** The same seed makes the same decisions for the same sequence of publications. */
  seed: number;
  /** Each of these is decided anew for each message and each node. */
  dropProbability?: number;
  repeatProbability?: number;
  /** A delayed message comes up to `maxDelayMs` later, and so after some that were sent after it. */
  delayProbability?: number;
  maxDelayMs?: number;
  /** Only the ids arrive, as over PostgreSQL. */
  touchProbability?: number;
}

/** What the network did, so that a test can tell that it was hostile at all. */
export interface Hostility {
  published: number;
  delivered: number;
  dropped: number;
  repeated: number;
  delayed: number;
  /** Deliveries that came after one of a later publication. */
  reordered: number;
  touched: number;
}

export interface HostileNetwork {
  /** The bus of one more server. */
  node(): Bus;
  readonly hostility: Readonly<Hostility>;
}

interface Node {
  listeners: BusListener[];
  timers: Set<NodeJS.Timeout>;
  /** Number of the newest publication that has arrived. */
  newest: number;
  closed: boolean;
}

const DEFAULTS = {
  dropProbability: 0.2,
  repeatProbability: 0.2,
  delayProbability: 0.3,
  maxDelayMs: 20,
  touchProbability: 0,
} as const;

/**
 * Connects servers in one process by a bus that loses, repeats, delays and reorders, also on the way back to the sender: everything that
 * the contract of `Bus` allows.
 */
export function createHostileNetwork(options: HostileNetworkOptions): HostileNetwork {
  const { seed, dropProbability, repeatProbability, delayProbability, maxDelayMs, touchProbability } = {
    ...DEFAULTS,
    ...options,
  };
  const random = randomNumbers(seed);
  const nodes = new Set<Node>();
  const hostility = { published: 0, delivered: 0, dropped: 0, repeated: 0, delayed: 0, reordered: 0, touched: 0 };

  function deliver(node: Node, number: number, changeSet: ChangeSet, asTouches: boolean): void {
    if (node.closed) return;
    hostility.delivered += 1;
    if (number < node.newest) hostility.reordered += 1;
    node.newest = Math.max(node.newest, number);
    if (asTouches) hostility.touched += 1;
    for (const listener of node.listeners) {
      if (asTouches) listener.touched(changeSet.changes.map(touchOf), changeSet.rechecks);
      else listener.changed(changeSet);
    }
  }

  function send(node: Node, number: number, changeSet: ChangeSet): void {
    const asTouches = random() < touchProbability;
    if (random() >= delayProbability) {
      deliver(node, number, changeSet, asTouches);
      return;
    }
    hostility.delayed += 1;
    const timer = setTimeout(() => {
      node.timers.delete(timer);
      deliver(node, number, changeSet, asTouches);
    }, random() * maxDelayMs);
    node.timers.add(timer);
  }

  function publish(changeSet: ChangeSet): void {
    hostility.published += 1;
    const number = hostility.published;
    for (const node of nodes) {
      if (random() < dropProbability) {
        hostility.dropped += 1;
        continue;
      }
      send(node, number, changeSet);
      if (random() < repeatProbability) {
        hostility.repeated += 1;
        send(node, number, changeSet);
      }
    }
  }

  return {
    hostility,
    node() {
      const node: Node = { listeners: [], timers: new Set(), newest: 0, closed: false };
      nodes.add(node);
      return {
        publish,
        tellTyping(typing) {
          for (const { listeners } of nodes) {
            if (random() < dropProbability) continue;
            for (const listener of listeners) listener.typing(typing);
          }
        },
        publishLogged: () => {},
        listen: (listener) => void node.listeners.push(listener),
        async close() {
          node.closed = true;
          nodes.delete(node);
          for (const timer of node.timers) clearTimeout(timer);
        },
      };
    },
  };
}

function touchOf(change: Change): Touch {
  return { object: change.object, ownerSid: ownerSidOf(change), event: change.event };
}
