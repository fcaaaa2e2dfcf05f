import type { WireWatch } from './client-session.ts';
import { type NodeParts, type SimulatedNode, startNode } from './node.ts';
import { createWireCheck, type WireCheckOptions } from './wire-check.ts';

/** The nodes on the shared database, as they come and go. */
export interface Cluster {
  /** One that is up, or undefined. */
  any(): ServingNode | undefined;
  /** One of them loses its memory, and another takes its place a little later. */
  crash(restartAfterMs: number): void;
  /** One of them is stopped as an operator would, and another takes its place. */
  stopOne(restartAfterMs: number): void;
  /** One of them is cut off from the bus. */
  cutOffOne(ms: number): void;
  jumpClocks(ms: number): void;
  setBackOne(ms: number): void;
  /** Resolves when all nodes are up. */
  start(): Promise<void>;
  isWhole(): boolean;
  /** Ends all nodes. */
  stop(): Promise<void>;
}

export interface ServingNode extends SimulatedNode {
  readonly watch: WireWatch;
}

const NODES = 2;

export function createCluster(parts: NodeParts, checks: Omit<WireCheckOptions, 'node'>): Cluster {
  const { world } = parts;
  const { random, schedule } = world;
  /** Those that take clients. */
  const nodes = new Set<ServingNode>();
  /** All that have ever been, from their start on. */
  const all: Promise<ServingNode>[] = [];

  async function startOne(): Promise<ServingNode> {
    const node = await startNode(parts, `node ${all.length}`);
    const serving = { ...node, watch: createWireCheck({ ...checks, node }) };
    nodes.add(serving);
    return serving;
  }

  const any = (): ServingNode | undefined => random.any([...nodes]);

  function replaceOne(end: (node: ServingNode) => void, restartAfterMs: number): void {
    const node = any();
    if (node === undefined) return;
    nodes.delete(node);
    end(node);
    schedule.after(restartAfterMs, () => all.push(startOne()));
  }

  return {
    any,
    crash: (restartAfterMs) => replaceOne((node) => node.crash(), restartAfterMs),
    stopOne: (restartAfterMs) => replaceOne((node) => node.stop(), restartAfterMs),
    cutOffOne(ms) {
      const node = any();
      if (node !== undefined) parts.bus.cutOff(node.name, ms);
    },
    jumpClocks(ms) {
      world.jumpWallTime(ms);
      for (const node of nodes) node.jump(ms);
    },
    setBackOne: (ms) => any()?.jump(-ms),
    async start() {
      for (let count = 0; count < NODES; count += 1) all.push(startOne());
      await Promise.all(all);
    },
    isWhole: () => nodes.size === NODES,
    async stop() {
      for (const node of await Promise.all(all)) {
        node.crash();
        await node.ended;
      }
    },
  };
}
