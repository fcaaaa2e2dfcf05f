import type { WireWatch } from './client-session.ts';
import { type NodeParts, type SimulatedNode, startNode } from './node.ts';
import { createWireCheck, type WireCheckOptions } from './wire-check.ts';

/** The nodes on the shared database, as they come and go. */
export interface Cluster {
  /** One that is up, or undefined. */
  any(): ServingNode | undefined;
  /** One of them loses its memory, and another takes its place a little later. */
  crash(restartAfterMs: number): void;
  jumpClocks(ms: number): void;
  setBackOne(ms: number): void;
  /** Resolves when all nodes are up. */
  start(): Promise<void>;
  isWhole(): boolean;
  /** Ends all nodes, and waits for those that crashed. */
  stop(): Promise<void>;
}

export interface ServingNode extends SimulatedNode {
  readonly watch: WireWatch;
}

const NODES = 2;

export function createCluster(parts: NodeParts, checks: Omit<WireCheckOptions, 'node'>): Cluster {
  const { world } = parts;
  const { random, schedule } = world;
  const nodes = new Set<ServingNode>();
  const ends: Promise<void>[] = [];
  let started = 0;

  async function startOne(): Promise<void> {
    started += 1;
    const node = await startNode(parts, `node ${started}`);
    nodes.add({ ...node, watch: createWireCheck({ ...checks, node }) });
  }

  const any = (): ServingNode | undefined => random.any([...nodes]);

  return {
    any,
    crash(restartAfterMs) {
      const node = any();
      if (node === undefined) return;
      nodes.delete(node);
      ends.push(node.crash());
      schedule.after(restartAfterMs, () => ends.push(startOne()));
    },
    jumpClocks(ms) {
      world.jumpWallTime(ms);
      for (const node of nodes) node.jump(ms);
    },
    setBackOne: (ms) => any()?.jump(-ms),
    async start() {
      for (let count = 0; count < NODES; count += 1) await startOne();
    },
    isWhole: () => nodes.size === NODES,
    async stop() {
      for (const node of nodes) ends.push(node.crash());
      nodes.clear();
      await Promise.all(ends);
    },
  };
}
