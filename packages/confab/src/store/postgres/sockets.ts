import { Socket } from 'node:net';

export interface Sockets {
  /** Makes a socket for one connection. */
  stream(): Socket;
  /** Cuts those that are open. */
  cut(): void;
}

/**
 * Makes the sockets of database connections and remembers them, so that they can be cut: `pg` waits for the other side to say goodbye, and
 * one that is gone never does.
 */
export function trackSockets(): Sockets {
  const open = new Set<Socket>();
  return {
    stream() {
      const socket = new Socket();
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      return socket;
    },
    cut() {
      for (const socket of open) socket.destroy();
    },
  };
}

/** How long a goodbye may take. */
const GOODBYE_MS = 2000;

/** Waits for connections that are ending, and cuts what has not ended by then. */
export async function endOrCut(ending: Promise<unknown>, sockets: Sockets): Promise<void> {
  const timer = setTimeout(() => sockets.cut(), GOODBYE_MS);
  try {
    await ending;
  } finally {
    clearTimeout(timer);
  }
}
