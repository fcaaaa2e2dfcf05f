import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAccessToken } from '@confab/access-token';
import { type ChildServer, startChild } from './child-server.ts';
import { bareRequest, formRequest, openHttpConnection } from './http-connection.ts';

const SCRIPT = fileURLToPath(new URL('../../packages/confab/bin/confab.js', import.meta.url));

/** Worthless: the server listens on loopback, in a folder that is thrown away. */
const CREDENTIALS = {
  accountSid: `AC${'0'.repeat(31)}1`,
  authToken: 'bench-auth-token-0123456789abcdef',
  apiKey: `SK${'0'.repeat(31)}1`,
  apiSecret: 'bench-api-secret-0123456789abcdef',
  chatServiceSid: `IS${'0'.repeat(31)}1`,
} as const;

const AUTHORIZATION = `Basic ${Buffer.from(`${CREDENTIALS.accountSid}:${CREDENTIALS.authToken}`).toString('base64')}`;
const TOKEN_TTL = 3600;

export interface ConfabServer extends ChildServer {
  /** The bytes of a POST to the REST API with these parameters. */
  post(path: string, params: Readonly<Record<string, string>>): string;
  get(path: string): string;
  delete(path: string): string;
  /** An Access Token for the identity. */
  token(identity: string): string;
}

export interface ConfabOptions {
  folder: string;
  /** A free one when absent. */
  port?: number;
  logLevel?: 'info' | 'warn';
  profile?: string | undefined;
  inspect?: boolean;
  /** Beside those that let a conversation take what it can. */
  limits?: Readonly<Record<string, number>>;
}

const UNHURRIED = { conversationChangesPerSecond: 1_000_000, serviceChangesPerSecond: 1_000_000 };

/** Its log, in the folder that it was started in. */
export const LOG_FILE = 'confab.log';

/** Starts Confab as an operator does: `confab start`, its log in a file. */
export async function startConfabServer({
  folder,
  port = 0,
  logLevel = 'info',
  profile,
  inspect = false,
  limits = {},
}: ConfabOptions): Promise<ConfabServer> {
  const server = await startChild({
    script: SCRIPT,
    args: ['start'],
    env: {
      PORT: String(port),
      CONFAB_DATA_DIR: join(folder, 'data'),
      CONFAB_LOG_LEVEL: logLevel,
      CONFAB_ACCOUNT_SID: CREDENTIALS.accountSid,
      CONFAB_AUTH_TOKEN: CREDENTIALS.authToken,
      CONFAB_API_KEY: CREDENTIALS.apiKey,
      CONFAB_API_SECRET: CREDENTIALS.apiSecret,
      CONFAB_CHAT_SERVICE_SID: CREDENTIALS.chatServiceSid,
      // What a conversation can take is what is measured.
      CONFAB_LIMIT_OVERRIDES: Object.entries({ ...UNHURRIED, ...limits })
        .map(([name, value]) => `${name}=${value}`)
        .join(),
    },
    logFile: join(folder, LOG_FILE),
    profile,
    inspect,
  });
  return {
    ...server,
    get: (path) => bareRequest('GET', path, AUTHORIZATION),
    delete: (path) => bareRequest('DELETE', path, AUTHORIZATION),
    post: (path, params) => formRequest(path, AUTHORIZATION, new URLSearchParams(params).toString()),
    token: (identity) =>
      createAccessToken({
        accountSid: CREDENTIALS.accountSid,
        apiKey: CREDENTIALS.apiKey,
        apiSecret: CREDENTIALS.apiSecret,
        identity,
        ttl: TOKEN_TTL,
        grants: { chat: { serviceSid: CREDENTIALS.chatServiceSid } },
      }),
  };
}

/** Connections over which things are prepared: enough that commands share commits. */
const SETUP_CONNECTIONS = 32;

/** POSTs all of them, many at once, and returns the SIDs of what was made, in the same order. */
export async function createAll(server: ConfabServer, requests: readonly string[]): Promise<string[]> {
  const sids: string[] = [];
  let next = 0;
  async function work(): Promise<void> {
    const connection = await openHttpConnection(server.port);
    for (let at = next++; at < requests.length; at = next++) {
      const { status, body } = await connection.send(requests[at] ?? '');
      if (status !== 201) throw new Error(`A preparation was answered with ${status}: ${body}`);
      sids[at] = JSON.parse(body).sid;
    }
    connection.close();
  }
  await Promise.all(Array.from({ length: SETUP_CONNECTIONS }, work));
  return sids;
}

/** Makes conversations, and returns their SIDs. */
export function createConversations(server: ConfabServer, count: number): Promise<string[]> {
  return createAll(
    server,
    Array.from({ length: count }, (_, n) => server.post('/v1/Conversations', { FriendlyName: `Room ${n}` })),
  );
}

/** Adds each identity to each of its conversations. */
export async function addParticipants(
  server: ConfabServer,
  memberships: readonly { conversationSid: string; identity: string }[],
): Promise<void> {
  await createAll(
    server,
    memberships.map(({ conversationSid, identity }) =>
      server.post(`/v1/Conversations/${conversationSid}/Participants`, { Identity: identity }),
    ),
  );
}
