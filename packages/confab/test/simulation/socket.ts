import { type Packet, parsePacket } from '../support/raw-frames.ts';
import { createServerEnd, type SimulatedTransport } from './server-end.ts';
import type { World } from './world.ts';

/** A client's end of a simulated socket, and what can be done to the network under it. */
export interface ClientSocket {
  send(frames: readonly Buffer[]): void;
  close(): void;
  /** Whether the server still takes it for open. */
  isServed(): boolean;
  /** Both ends learn that it is over; what was under way is lost. */
  cut(): void;
  /** Nothing passes any more, and nobody is told. Returns whether that is so still. */
  freeze(): () => boolean;
  /** What was held back passes again. */
  thaw(): void;
  /** The client takes nothing from the network, or takes it again. */
  read(on: boolean): void;
}

export interface SocketEvents {
  /** Packets have reached the client. */
  received(packets: readonly Packet[]): void;
  /** The client has learnt that the socket is closed. */
  closed(): void;
  /** The server has handed packets to the network. */
  written(packets: readonly Packet[], unreadBytes: number): void;
}

/** Frames that many sockets get are taken apart once. */
const parsed = new WeakMap<Buffer, Packet>();

function packetOf(frame: Buffer): Packet {
  const known = parsed.get(frame);
  if (known !== undefined) return known;
  const packet = parsePacket(frame);
  parsed.set(frame, packet);
  return packet;
}

/** Opens a socket. `serve` gets the server's end of it. */
export function openSocket(
  world: World,
  serve: (transport: SimulatedTransport) => void,
  events: SocketEvents,
): ClientSocket {
  const { random, schedule, profile } = world;
  const { maxMs, splitChance, windowBytes } = profile.network;
  /** What has arrived but is held back, by the network or because the client does not read. */
  const held: (() => void)[] = [];
  const heldUp: (() => void)[] = [];
  /** What is under way to the client will not arrive. */
  let reset = false;
  let unread = 0;
  let frozen = false;
  let thaws = 0;
  let reading = true;
  let clientOver = false;
  let lastUp = 0;
  let lastDown = 0;

  const latency = (): number => (world.hostile ? random.between(0, maxMs) : 1);

  /** Each direction keeps its order. */
  function down(arrive: () => void): void {
    lastDown = Math.max(lastDown, schedule.now() + latency());
    schedule.after(lastDown - schedule.now(), () => {
      if (frozen || !reading || held.length > 0) held.push(arrive);
      else arrive();
    });
  }

  function up(arrive: () => void): void {
    lastUp = Math.max(lastUp, schedule.now() + latency());
    schedule.after(lastUp - schedule.now(), () => {
      if (frozen) heldUp.push(arrive);
      else arrive();
    });
  }

  function clientLearns(): void {
    if (clientOver) return;
    clientOver = true;
    events.closed();
  }

  function deliver(frames: readonly Buffer[]): void {
    const before = buffered();
    for (const frame of frames) unread -= frame.length;
    if (before > 0 && buffered() === 0) server.drained();
    if (!clientOver && !reset) events.received(frames.map(packetOf));
  }

  const buffered = (): number => Math.max(0, unread - windowBytes);

  const server = createServerEnd(world, {
    buffered,
    write(frames) {
      for (const frame of frames) unread += frame.length;
      events.written(frames.map(packetOf), unread);
      const cutAt = frames.length > 1 && random.chance(splitChance) ? random.between(1, frames.length - 1) : 0;
      if (cutAt > 0) down(() => deliver(frames.slice(0, cutAt)));
      down(() => deliver(frames.slice(cutAt)));
    },
    sayGoodbye() {
      down(() => {
        clientLearns();
        up(() => server.lost());
      });
    },
    vanish() {
      // What was sent before may be lost with it, or not.
      reset ||= random.chance(0.5);
      down(clientLearns);
    },
  });

  function release(): void {
    while (held.length > 0 && !frozen && reading) held.shift()?.();
    const up = frozen ? [] : heldUp.splice(0);
    for (const arrive of up) arrive();
  }

  serve(server.transport);
  return {
    send(frames) {
      if (clientOver) return;
      for (const frame of frames) up(() => server.receive(frame));
    },
    close() {
      if (clientOver) return;
      clientOver = true;
      up(() => server.lost());
    },
    isServed: () => server.transport.isOpen(),
    cut() {
      reset = true;
      frozen = true;
      schedule.after(latency(), () => server.lost());
      schedule.after(latency(), clientLearns);
    },
    freeze() {
      const before = thaws;
      frozen = true;
      return () => frozen && thaws === before;
    },
    thaw() {
      thaws += 1;
      frozen = false;
      release();
    },
    read(on) {
      reading = on;
      release();
    },
  };
}
