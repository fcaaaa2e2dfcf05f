import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeEach } from 'vitest';
import { type Confab, type ConfabOptions, startConfab } from '../../src/index.ts';
import { type InitOptions, openRawClient, type RawClient, type RawClientOptions } from '../support/raw-client.ts';
import { fieldsOf, textAt } from '../support/raw-frames.ts';

export interface TestServer extends Confab {
  /** Of the account, for HTTP. */
  readonly authorization: string;
  /** Opens a socket without logging in. Closed after the test. */
  open(options?: RawClientOptions): Promise<RawClient>;
  /** A client that is logged in as the identity. */
  login(identity: string, options?: RawClientOptions & InitOptions & { chatServiceSid?: string }): Promise<RawClient>;
  /** Calls REST with the account's credentials. */
  rest(method: string, path: string, form?: Record<string, string>): Promise<{ status: number; body: unknown }>;
  /** Makes a conversation with these participants over REST. */
  conversation(...identities: string[]): Promise<Conversation>;
  /** The value of a metric, by its name with its labels as `/metrics` writes them; throws when it is not there. */
  metric(name: string): Promise<number>;
  /** Runs SQL on the database beside the server. */
  sql(statement: string, ...parameters: string[]): Record<string, unknown>[];
}

export interface Conversation {
  sid: string;
  channel: string;
  messages: string;
  roster: string;
  send(body: string): Promise<void>;
  add(identity: string): Promise<void>;
  remove(identity: string): Promise<void>;
}

/** Starts a server for a suite, in a folder of its own, and stops it after. */
export async function startTestServer(options: ConfabOptions = {}): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'confab-realtime-'));
  const confab = await startConfab({ dataDir, ...options });
  const clients = new Set<RawClient>();
  // A suite's own clients, from before its first test, live as long as the server.
  beforeEach(() => clients.clear());
  afterEach(() => {
    for (const client of clients) client.socket.terminate();
    clients.clear();
  });
  afterAll(async () => {
    await confab.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const authorization = `Basic ${Buffer.from(`${confab.accountSid}:${confab.authToken}`).toString('base64')}`;
  const rest: TestServer['rest'] = async (method, path, form) => {
    const response = await fetch(`${confab.url}${path}`, {
      method,
      headers: { authorization },
      ...(form !== undefined && { body: new URLSearchParams(form) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const made = async (path: string, form: Record<string, string>): Promise<unknown> => {
    const { status, body } = await rest('POST', path, form);
    if (status !== 201) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const open: TestServer['open'] = async (clientOptions) => {
    const client = await openRawClient(confab.socketUrl, clientOptions);
    clients.add(client);
    void client.closed.then(() => clients.delete(client));
    return client;
  };

  return {
    ...confab,
    authorization,
    rest,
    open,
    async login(identity, { chatServiceSid, ...clientOptions } = {}) {
      const client = await open(clientOptions);
      const reply = await client.init(await confab.token(identity, { chatServiceSid }), clientOptions);
      if (statusOf(reply.header) !== 200) throw new Error(`Login refused: ${JSON.stringify(reply.header)}`);
      return client;
    },
    async conversation(...identities) {
      const sid = textAt(await made('/v1/Conversations', {}), 'sid');
      const participants = `/v1/Conversations/${sid}/Participants`;
      const conversation: Conversation = {
        sid,
        channel: `ET${sid.slice(2)}`,
        messages: `ES${sid.slice(2)}`,
        roster: `MP${sid.slice(2)}`,
        send: async (body) => void (await made(`/v1/Conversations/${sid}/Messages`, { Body: body })),
        add: async (identity) => void (await made(participants, { Identity: identity })),
        async remove(identity) {
          const { status } = await rest('DELETE', `${participants}/${encodeURIComponent(identity)}`);
          if (status !== 204) throw new Error(`Removal answered ${status}`);
        },
      };
      for (const identity of identities) await conversation.add(identity);
      return conversation;
    },
    async metric(name) {
      const text = await (await fetch(`${confab.url}/metrics`, { headers: { authorization } })).text();
      const line = text.split('\n').find((one) => one.startsWith(`${name} `));
      if (line === undefined) throw new Error(`There is no metric ${name}.`);
      return Number(line.slice(name.length));
    },
    sql(statement, ...parameters) {
      const database = new DatabaseSync(join(dataDir, 'confab.db'), { timeout: 5000 });
      try {
        return database.prepare(statement).all(...parameters);
      } finally {
        database.close();
      }
    },
  };
}

/** `status.code` of a packet. */
export function statusOf(header: Record<string, unknown>): unknown {
  return fieldsOf(header.status).code;
}

export const CLIENT = '/Client/v2';

/** Ids of the events of one object, in the order in which they came. */
export function eventIds(client: RawClient, sid: string): unknown[] {
  return client.events
    .filter(({ fields }) => [fields.document_sid, fields.list_sid, fields.map_sid].includes(sid))
    .map(({ fields }) => fields.id);
}

/** Whole numbers from one to another, both included. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
}
