import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Stands on the wire between a store and its PostgreSQL server. */
export interface PostgresProxy {
  /** Where the store connects to. */
  url: string;
  /** Cuts the next connection that sends COMMIT, before the server gets it. */
  loseNextCommit(): void;
  /** Cuts the next connection that sends COMMIT when the server has answered it, and keeps the answer. */
  loseNextCommitAnswer(): void;
  /** As `loseNextCommitAnswer`, and then there is no connection to be had until `accept`. */
  loseAllAtNextCommitAnswer(): void;
  /** Cuts all connections. */
  cutAll(): void;
  /** Takes everything and lets nothing through any more, in either direction: what a network does that swallows packets. */
  swallow(): void;
  /** How many messages were swallowed. */
  swallowed(): number;
  /** Refuses new connections until `accept`. */
  refuse(): void;
  /** Serves new connections again. Those that were swallowed stay so. */
  accept(): void;
}

/** A proxy in front of the database at `url`, gone when the test has finished. To be called in a test. */
export async function startPostgresProxy(url: string): Promise<PostgresProxy> {
  const sockets = new Set<Socket>();
  let toLose: 'commit' | 'answer' | 'all' | undefined;
  let refusing = false;
  let swallowing = false;
  let swallowedMessages = 0;

  function cutAll(): void {
    for (const socket of sockets) socket.destroy();
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const upstream = connectTo(url);
    let losing: typeof toLose;
    let swallowed = false;
    const isSwallowed = () => {
      swallowed ||= swallowing;
      if (swallowed) swallowedMessages += 1;
      return swallowed;
    };
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        sockets.delete(socket);
        if (!swallowed) cut();
      });
    }
    client.on('end', () => {
      if (!isSwallowed()) client.end();
    });
    client.on('data', (bytes) => {
      if (isSwallowed()) return;
      // The text of a statement ends with a NUL (https://www.postgresql.org/docs/current/protocol-message-formats.html).
      if (toLose !== undefined && bytes.includes('COMMIT\0')) {
        losing = toLose;
        toLose = undefined;
        if (losing === 'commit') return cut();
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (isSwallowed()) return;
      if (losing === undefined) client.write(bytes);
      else if (losing === 'answer') cut();
      else {
        refusing = true;
        cutAll();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    cutAll();
    await closed;
  });

  const proxied = new URL(url);
  proxied.searchParams.delete('host');
  proxied.hostname = '127.0.0.1';
  proxied.port = String(port);
  return {
    url: proxied.href,
    loseNextCommit() {
      toLose = 'commit';
    },
    loseNextCommitAnswer() {
      toLose = 'answer';
    },
    loseAllAtNextCommitAnswer() {
      toLose = 'all';
    },
    cutAll,
    swallow() {
      swallowing = true;
    },
    swallowed: () => swallowedMessages,
    refuse() {
      refusing = true;
    },
    accept() {
      refusing = false;
      swallowing = false;
    },
  };
}

/** The address in a PostgreSQL URL: a folder with a Unix socket in `host`, or a host and port. */
function connectTo(url: string): Socket {
  const { hostname, port, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  return folder === null ? connect(Number(port || 5432), hostname) : connect(`${folder}/.s.PGSQL.${port || 5432}`);
}
