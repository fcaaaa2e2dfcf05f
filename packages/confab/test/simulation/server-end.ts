import type { Transport } from '../../src/realtime/transport.ts';
import type { World } from './world.ts';

/** The transport that a simulated server gets. */
export interface SimulatedTransport extends Transport {
  /** The server is gone, and hears nothing of it any more. Its peer hears of it now or later. */
  die(): void;
}

/** The server's end of a simulated socket: its transport, and what the network does with it. */
export interface ServerEnd {
  readonly transport: SimulatedTransport;
  /** A message has come. */
  receive(message: Buffer): void;
  /** The peer has taken everything. */
  drained(): void;
  /** The peer is gone, or the network between. */
  lost(): void;
}

export interface ServerEndActions {
  buffered(): number;
  write(frames: readonly Buffer[]): void;
  /** After what was written, the client is to learn that the server has closed the socket. */
  sayGoodbye(): void;
  /** The socket has gone without a goodbye. */
  vanish(): void;
}

/** A peer that does not close its side is cut off after so long, as by the WebSocket library. */
const CLOSE_TIMEOUT_MS = 30_000;

export function createServerEnd(world: World, actions: ServerEndActions): ServerEnd {
  const { schedule, random } = world;
  const onMessage: ((data: Buffer, isBinary: boolean) => void)[] = [];
  const onBytes = new Set<(count: number) => void>();
  const onDrain: (() => void)[] = [];
  const onClose: (() => void)[] = [];
  /** What came while the server did not read. */
  const unheard: Buffer[] = [];
  let paused = false;
  let dead = false;
  let state: 'open' | 'closing' | 'closed' = 'open';

  function hear(message: Buffer): void {
    for (const listener of [...onBytes]) listener(message.length);
    for (const listener of onMessage) listener(message, true);
  }

  /** Told in an event of its own, as by a real socket. */
  function lost(): void {
    if (state === 'closed') return;
    state = 'closed';
    schedule.after(0, () => {
      if (dead) return;
      for (const listener of onClose) listener();
    });
  }

  return {
    receive(message) {
      if (state === 'closed') return;
      if (paused || unheard.length > 0) unheard.push(message);
      else hear(message);
    },
    drained() {
      if (state !== 'closed') for (const listener of onDrain) listener();
    },
    lost,
    transport: {
      die() {
        dead = true;
        if (state === 'closed') return;
        state = 'closed';
        // A machine that has lost its power says nothing, and its peers notice when they give up, or when its place is taken.
        schedule.after(random.chance(0.3) ? random.between(500, 4000) : 0, actions.vanish);
      },
      write(frames) {
        if (state === 'open' && frames.length > 0) actions.write(frames);
      },
      bufferedBytes: actions.buffered,
      isOpen: () => state === 'open',
      pause() {
        paused = true;
      },
      isPaused: () => paused,
      resume() {
        paused = false;
        schedule.after(0, () => {
          while (!paused && state !== 'closed') {
            const message = unheard.shift();
            if (message === undefined) return;
            hear(message);
          }
        });
      },
      close() {
        if (state !== 'open') return;
        state = 'closing';
        actions.sayGoodbye();
        schedule.after(CLOSE_TIMEOUT_MS, lost);
      },
      terminate() {
        if (state === 'closed') return;
        lost();
        actions.vanish();
      },
      onMessage: (listener) => void onMessage.push(listener),
      onBytes(listener) {
        onBytes.add(listener);
        return () => void onBytes.delete(listener);
      },
      onDrain: (listener) => void onDrain.push(listener),
      onError: () => {},
      onClose: (listener) => void onClose.push(listener),
    },
  };
}
