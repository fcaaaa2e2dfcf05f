import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import twilio from 'twilio';
import { describe } from 'vitest';
import { type ApiContext, registerApi } from '../../src/api/index.ts';
import { systemClock } from '../../src/clock.ts';
import { type ConfigInput, resolveConfig } from '../../src/config/index.ts';
import { createCommandRunner, type FirstStartResult, firstStart } from '../../src/domain/index.ts';
import { createHttpApp, type HttpContext } from '../../src/http/index.ts';
import { createLogger } from '../../src/logging.ts';
import { createSecretBox } from '../../src/secrets/index.ts';
import { openStore, type Store, type StoreLocation, type WrapConnection } from '../../src/store/index.ts';
import { createDatabase, needsPostgres } from './postgres.ts';
import { createRestContext } from './rest-context.ts';

/** A time in an answer of the newer APIs (REST API 3). */
export const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

export interface RestServerOptions {
  logLevel?: 'info' | undefined;
  config?: ConfigInput;
  /** A database other than SQLite in a new folder. */
  location?: StoreLocation;
  wrapConnection?: WrapConnection;
  isReady?: () => boolean;
  sessions?: ApiContext['sessions'];
  connections?: ApiContext['connections'];
}

export interface RestServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  port: number;
  app: FastifyInstance;
  store: Store;
  accountSid: string;
  authToken: string;
  apiKey: string;
  apiSecret: string;
  chatServiceSid: string;
  /** The log so far, one parsed line each. */
  log: Record<string, unknown>[];
  /** The official helper library, with the account's auth token. */
  client: twilio.Twilio;
  /** Sends a request as it is given, Host included. Relative targets go to this server. */
  send(target: string, options?: SendOptions): Promise<Answer>;
  /** As `send`, with the account's credentials. */
  sendAs(target: string, options?: SendOptions): Promise<Answer>;
  stop(): Promise<void>;
}

export interface SendOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Sent as a form. */
  form?: Record<string, string | string[]>;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The parsed body; undefined if it is no JSON. */
  json: unknown;
}

/** The HTTP application with the REST API over a real store, on a free port of loopback. */
export async function startRestServer(options: RestServerOptions = {}): Promise<RestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'confab-rest-'));
  const { config } = resolveConfig({ dataDir: folder, ...options.config });
  const { limits } = config;
  const secretBox = createSecretBox(randomBytes(32));
  const log: Record<string, unknown>[] = [];
  const logger = createLogger({
    level: options.logLevel ?? 'debug',
    stream: { write: (line) => log.push(JSON.parse(line)) },
  });
  const clock = systemClock();
  const store = await openStore(options.location ?? { engine: 'sqlite', folder }, {
    maxBatch: limits.batchCommands,
    maxWaiting: limits.commandsWaiting,
    onCommit: () => {},
    onBackgroundError: (error) => logger.error(error),
    ...(options.wrapConnection && { wrapConnection: options.wrapConnection }),
  });
  const credentials = await firstStart(store, secretBox, {}, clock.now());
  const { authToken, apiSecret } = secretsOf(credentials);
  const { accountSid, apiKeySid: apiKey, chatServiceSid } = credentials;

  const context = createRestContext({
    config,
    read: store.read,
    execute: createCommandRunner({ store, clock, limits, before: [] }),
    secretBox,
    clock,
    logger,
    defaultSids: () => ({ apiKey, chatServiceSid }),
    ...(options.isReady && { isReady: options.isReady }),
    ...(options.sessions && { sessions: options.sessions }),
    ...(options.connections && { connections: options.connections }),
  });
  const release = async (): Promise<void> => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const app = await listen(context).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  const { port } = addressOf(app);
  const url = `${config.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;

  const send = (target: string, { method, headers, body, form }: SendOptions = {}): Promise<Answer> =>
    exchange(port, target, {
      method: method ?? (form === undefined && body === undefined ? 'GET' : 'POST'),
      headers:
        form === undefined ? { ...headers } : { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: form === undefined ? body : formOf(form),
    });
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return {
    url,
    port,
    app,
    store,
    accountSid,
    authToken,
    apiKey,
    apiSecret,
    chatServiceSid,
    log,
    client: clientFor(url, accountSid, authToken),
    send,
    sendAs: (target, { headers, ...rest } = {}) => send(target, { ...rest, headers: { authorization, ...headers } }),
    async stop() {
      await app.close();
      await release();
    },
  };
}

/** Declares a suite once for each database engine. What it starts, it stops. */
export function onEveryEngine(suite: (start: typeof startRestServer) => void): void {
  describe('on SQLite', () => suite(startRestServer));
  describe('on PostgreSQL', needsPostgres, () =>
    suite(async (options) => {
      const database = await createDatabase();
      const server = await startRestServer({ ...options, location: { engine: 'postgres', url: database.url } });
      return {
        ...server,
        async stop() {
          await server.stop();
          await database.drop();
        },
      };
    }),
  );
}

/** The official helper library, pointed at a server (REST API 1). */
export function clientFor(url: string, username: string, password: string, accountSid = username): twilio.Twilio {
  const client = twilio(username, password, { accountSid });
  client.conversations.baseUrl = url;
  client.api.baseUrl = url;
  client.iam.baseUrl = url;
  return client;
}

async function listen(context: HttpContext & ApiContext): Promise<FastifyInstance> {
  const app = createHttpApp(context);
  registerApi(app, context);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

function secretsOf({ secrets }: FirstStartResult) {
  if (secrets === undefined) throw new Error('The database was not new.');
  return secrets;
}

function addressOf(app: FastifyInstance): AddressInfo {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The application does not listen on a port.');
  return address;
}

function formOf(fields: Record<string, string | string[]>): string {
  const form = new URLSearchParams();
  for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) form.append(name, value);
  return form.toString();
}

async function exchange(
  port: number,
  path: string,
  { method, headers, body }: { method: string; headers: Record<string, string>; body: string | undefined },
): Promise<Answer> {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const request = httpRequest({ host: '127.0.0.1', port, path, method, headers: { ...length, ...headers } });
  request.end(body);
  const [response] = await once(request, 'response');
  let text = '';
  response.setEncoding('utf8');
  for await (const part of response) text += part;
  return { status: response.statusCode, headers: response.headers, text, json: parseJson(text) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
