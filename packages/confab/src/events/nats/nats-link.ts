import { readFileSync } from 'node:fs';
import type * as Nats from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NatsConfig, NatsServers } from '../../config/index.ts';
import { NatsError } from './nats-error.ts';

const CONNECT_MS = 5_000;

/** For what a stream or a server has to confirm. */
const ANSWER_MS = 10_000;

/** A server that is gone without a word is noticed after two of these. */
const PING_MS = 20_000;

export interface NatsMessage {
  subject: string;
  /** The same whenever it is published again, so that JetStream drops the repetition. */
  id: string;
  body: string;
  /** What is published where the server takes nothing as long as `body`. */
  shortBody(): string;
}

/** A connection to NATS. It ends when anything goes wrong with it: whoever has it makes a new one, so that nothing is kept for later. */
export interface NatsLink {
  /** Resolves when the servers, or the stream if there is one, have taken all of them, in their order. Rejects with NatsError. */
  publish(messages: readonly NatsMessage[]): Promise<void>;
  isClosed(): boolean;
  close(): Promise<void>;
}

/** Rejects with NatsError. Its messages hold no credentials. */
export async function openNatsLink(servers: NatsServers, { stream, credsFile }: NatsConfig): Promise<NatsLink> {
  // Loaded only where there is NATS: it is much of what a start would have to load.
  const nats = await import('@nats-io/transport-node');
  const connection = await nats
    .connect({
      servers: [...servers.servers],
      name: 'confab',
      reconnect: false,
      ignoreClusterUpdates: true,
      timeout: CONNECT_MS,
      pingInterval: PING_MS,
      maxPingOut: 2,
      noAsyncTraces: true,
      ...(servers.tls && { tls: {} }),
      ...loginOf(nats, servers, credsFile),
    })
    .catch((error: unknown) => {
      throw new NatsError(`no connection: ${textOf(error)}`);
    });
  const refused = firstRefusal(connection);
  const closed = connection.closed().then((error) => {
    throw new NatsError(error instanceof Error ? `the connection ended: ${error.message}` : 'the connection ended');
  });
  // It ends some time, whether anybody waits for something then or not.
  closed.catch(() => {});

  /** A stream that is asked for one at a time keeps the order, also when one of them fails. */
  async function publishToStream(name: string, messages: readonly NatsMessage[]): Promise<void> {
    for (const message of messages) {
      const answer = await connection.request(message.subject, bodyFor(connection, message), {
        timeout: ANSWER_MS,
        headers: headersOf(nats, message, name),
      });
      const fault = faultOf(answer.json());
      if (fault !== undefined) throw new NatsError(`the stream ${name} does not take it: ${fault}`);
    }
  }

  async function publishToServer(messages: readonly NatsMessage[]): Promise<void> {
    for (const message of messages) {
      connection.publish(message.subject, bodyFor(connection, message), { headers: headersOf(nats, message) });
    }
    await flushed(connection);
    // What was refused was told before the flush was answered, and is handed over in a turn of its own.
    await new Promise((resolve) => setImmediate(resolve));
    const refusal = refused();
    if (refusal !== undefined) throw new NatsError(refusal);
  }

  return {
    async publish(messages) {
      try {
        await Promise.race([
          closed,
          stream === undefined ? publishToServer(messages) : publishToStream(stream, messages),
        ]);
      } catch (error) {
        // So that what is on its way yet is not published after what comes next.
        void connection.close();
        throw error instanceof NatsError ? error : new NatsError(textOf(error));
      }
    },
    isClosed: () => connection.isClosed(),
    close: () => connection.close(),
  };
}

function loginOf(nats: typeof Nats, { user, password }: NatsServers, credsFile: string | undefined): object {
  if (credsFile !== undefined) return { authenticator: nats.credsAuthenticator(readCreds(credsFile)) };
  if (user === '') return {};
  return password === '' ? { token: user } : { user, pass: password };
}

/** Read for each connection: whoever renews it need not restart the server. */
function readCreds(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new NatsError(`the credentials cannot be read: ${textOf(error)}`);
  }
}

function headersOf(nats: typeof Nats, { id }: NatsMessage, stream?: string) {
  const set = nats.headers();
  set.set('Nats-Msg-Id', id);
  if (stream !== undefined) set.set('Nats-Expected-Stream', stream);
  return set;
}

/** Room for the headers, which count as well. */
const HEADERS_BYTES = 1024;

function bodyFor({ info }: NatsConnection, message: NatsMessage): string {
  const most = (info?.max_payload ?? Number.POSITIVE_INFINITY) - HEADERS_BYTES;
  return Buffer.byteLength(message.body) > most ? message.shortBody() : message.body;
}

/** Watches for what the server refuses without an answer to any request: a subject that the user may not publish to. */
function firstRefusal(connection: NatsConnection): () => string | undefined {
  let refusal: string | undefined;
  void (async () => {
    for await (const status of connection.status()) if (status.type === 'error') refusal ??= status.error.message;
  })();
  return () => refusal;
}

async function flushed(connection: NatsConnection): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new NatsError('the server does not answer')), ANSWER_MS);
  });
  await Promise.race([connection.flush(), timeout]).finally(() => clearTimeout(late));
}

/** What JetStream says is wrong (its `PubAck`). */
function faultOf(answer: unknown): string | undefined {
  const { error } = Object(answer);
  return error === undefined ? undefined : String(Object(error).description);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
