import type { Readable } from 'node:stream';
import { Registry } from 'prom-client';
import { type Connections, registerApi } from '../api/index.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/index.ts';
import {
  type Command,
  createCommandRunner,
  createKeyUses,
  DomainError,
  findMediaFor,
  findService,
  operatorOf,
  serviceRef,
} from '../domain/index.ts';
import { createHttpApp } from '../http/index.ts';
import { createLogger } from '../logging.ts';
import { type MediaStorage, openFile } from '../media/index.ts';
import type { SecretBox } from '../secrets/index.ts';
import type { Store } from '../store/index.ts';
import { createHooksAfter } from '../webhooks/index.ts';

export interface ApiAnswer {
  status: number;
  /** The parsed body; undefined if there is none. */
  body: unknown;
}

/** The REST API without a network, asked by the operator in this process: what it does is what a server would do. */
export interface OperatorApi {
  readonly accountSid: string;
  readonly secretBox: SecretBox;
  /** Runs a command as the operator. */
  execute<Input, Plan, Result>(command: Command<Input, Plan, Result>, input: Input): Promise<Result>;
  send(method: string, path: string, form?: URLSearchParams): Promise<ApiAnswer>;
  /** An answer that is too long to be held: its status, and its text as it comes. */
  get(path: string): Promise<{ status: number; text: AsyncIterable<unknown> }>;
  /** The bytes of a file that a message has. Undefined when it is gone. */
  openMedia(storage: MediaStorage, serviceSid: string, sid: string): Promise<Readable | undefined>;
  readonly store: Store;
  close(): Promise<void>;
}

/** Acts for the first account, or for that with this SID. Throws DomainError (20404) when it is not there. */
export async function openOperatorApi(
  { store, secretBox, config }: { store: Store; secretBox: SecretBox; config: Config },
  accountSid?: string,
): Promise<OperatorApi> {
  const operator = await operatorOf(store.read, secretBox, accountSid);
  const clock = systemClock();
  const { limits } = config;
  const execute = createCommandRunner({ store, clock, limits, before: [] });
  const context = {
    // Nothing listens: what a server's configuration opens to the world is not wanted here.
    config: { ...config, dev: false, tls: undefined },
    limits,
    read: store.read,
    secretBox,
    clock,
    keyUses: createKeyUses(),
    requireAccount: async () => operator,
    logger: createLogger({ level: 'silent' }),
    metrics: new Registry(),
    execute,
    joinPolicy: config.join,
    isReady: () => true,
    sessions: () => [],
    connections: NO_CONNECTIONS,
    wakeTimers: () => {},
    wakeWebhooks: () => {},
    hooksAfter: createHooksAfter(store, clock),
    mintToken: () => Promise.reject(new DomainError(20404, 404, 'There is no token endpoint here.')),
    defaultSids: () => ({ apiKey: '', chatServiceSid: '' }),
  };
  const app = createHttpApp(context);
  registerApi(app, context);
  return {
    accountSid: operator.account.sid,
    secretBox,
    execute: (command, input) => execute(command, operator, input),
    async send(method, path, form) {
      const { statusCode: status, payload } = await app.inject({
        method: method === 'POST' ? 'POST' : method === 'DELETE' ? 'DELETE' : 'GET',
        url: path,
        headers: {
          host: 'localhost',
          ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(form !== undefined && { payload: form.toString() }),
      });
      return { status, body: payload === '' ? undefined : JSON.parse(payload) };
    },
    async get(path) {
      const answer = await app.inject({ url: path, headers: { host: 'localhost' }, payloadAsStream: true });
      return { status: answer.statusCode, text: answer.stream().setEncoding('utf8') };
    },
    async openMedia(storage, serviceSid, sid) {
      const service = await findService(store.read, operator.account.id, serviceSid);
      if (service === undefined) return undefined;
      const oldest = clock.now() - limits.mediaUnattachedMs;
      const row = await findMediaFor(store.read, operator, serviceRef(service), sid, oldest);
      return row && openFile(storage, row);
    },
    store,
    close: () => app.close(),
  };
}

/** The command line beside a server has no sockets. */
const NO_CONNECTIONS: Connections = {
  node: 'cli',
  list: () => [],
  tap() {
    throw new DomainError(20404, 404, 'There are no connections here: ask the server.');
  },
};
