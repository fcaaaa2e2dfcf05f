import pg from 'pg';
import type { CancelTimer, Clock } from '../clock.ts';
import { connected, connectionOptions, type DatabaseTimes, endOrCut, trackSockets } from '../store/postgres/index.ts';

export interface ListeningOptions {
  url: string;
  /** A name that needs no quotes. */
  channel: string;
  times: DatabaseTimes;
  clock: Clock;
  onPayload(payload: string | undefined): void;
  /** The connection was lost and stands again: what was notified in between has not been heard. */
  onReconnected(): void;
  /** Told of each loss, and of each attempt to connect again that fails. */
  onError(error: unknown): void;
}

export interface ListeningConnection {
  /** Resolves when the server has taken the payload, or cannot: it is lost then, and while there is no connection. Never rejects. */
  notify(payload: string): Promise<void>;
  /** Ends it after `pending`, within a bounded time. */
  close(pending: Promise<unknown>): Promise<void>;
}

const RECONNECT_MS = 1000;

/**
 * A connection that listens on a channel, and is made anew whenever it is lost: there is one at most at any time, or one timer that is to
 * make it. Throws DatabaseUnreachableError when the first one cannot be made; then nothing is left running.
 */
export async function listenOn(options: ListeningOptions): Promise<ListeningConnection> {
  const { url, channel, times, clock, onPayload, onReconnected, onError } = options;
  const sockets = trackSockets();
  let current: pg.Client | undefined;
  let reconnecting: Promise<void> = Promise.resolve();
  let cancelReconnect: CancelTimer = () => {};
  let closed = false;

  async function connect(): Promise<void> {
    const client = new pg.Client({
      ...connectionOptions(url, times, sockets.stream),
      application_name: 'confab bus',
      query_timeout: times.answerMs,
    });
    let failure: Error | undefined;
    // Told several times about one loss.
    client.on('error', (error) => {
      failure ??= error;
      lose(client, error);
    });
    client.on('notification', ({ payload }) => onPayload(payload));
    try {
      await connected(client.connect());
      await connected(client.query(`LISTEN ${channel}`));
      if (failure !== undefined) throw failure;
    } catch (error) {
      sockets.cut();
      throw error;
    }
    current = client;
  }

  /** Of the connection in use only: `connect` itself notices what befalls one that does not listen yet. */
  function lose(client: pg.Client, error: unknown): void {
    if (client !== current) return;
    current = undefined;
    sockets.cut();
    reconnectLater(error);
  }

  function reconnectLater(error: unknown): void {
    if (closed) return;
    onError(error);
    cancelReconnect = clock.setTimer(() => {
      reconnecting = connect().then(() => {
        if (!closed) onReconnected();
      }, reconnectLater);
    }, RECONNECT_MS);
  }

  await connect();
  return {
    async notify(payload) {
      const client = current;
      try {
        await client?.query('SELECT pg_notify($1, $2)', [channel, payload]);
      } catch (error) {
        if (client === undefined || error instanceof pg.DatabaseError) onError(error);
        else lose(client, error);
      }
    },
    async close(pending) {
      closed = true;
      cancelReconnect();
      const ended = Promise.all([pending, reconnecting]).then(() => current?.end());
      await endOrCut(ended, sockets);
    },
  };
}
