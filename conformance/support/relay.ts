import { createServer, connect as dial, type Socket } from 'node:net';

/** A TCP relay in front of a server: the network between a client and Confab, with a hand on the cable. */
export interface Relay {
  /** The server's address as seen through the relay. */
  socketUrl: string;
  /** Cuts all connections and lets no new one through. */
  cut(): void;
  /** Lets connections through again. */
  mend(): void;
  /** Cuts the next connection after so many bytes have come from the server; it may be dialled again. */
  cutAfter(bytes: number): void;
  /** How often `cutAfter` has cut. */
  cuts(): number;
  close(): Promise<void>;
}

export async function startRelay(socketUrl: string): Promise<Relay> {
  const target = new URL(socketUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  let budget = Number.POSITIVE_INFINITY;
  let cuts = 0;

  function endAll(): void {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  }

  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = dial(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (bytes) => {
      budget -= bytes.length;
      if (budget < 0) {
        budget = Number.POSITIVE_INFINITY;
        cuts += 1;
        // Half of what came still arrives: the client is cut in the middle of a frame.
        client.write(bytes.subarray(0, bytes.length / 2), () => client.destroy());
        return;
      }
      client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;

  return {
    socketUrl: `ws://127.0.0.1:${port}${target.pathname}`,
    cut() {
      isCut = true;
      endAll();
    },
    mend() {
      isCut = false;
    },
    cutAfter(bytes) {
      budget = bytes;
    },
    cuts: () => cuts,
    async close() {
      endAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
