import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type ConfigInput, isLoopbackHost, type ResolvedConfig, resolveConfig } from '../config/index.ts';
import { readSeed, type SeedInput } from '../seed/index.ts';
import { type EmbeddedConnections, embeddedConnections } from './embedded-connections.ts';
import { type RunningServer, type ServerParts, startServer } from './start-server.ts';

/** Options of the embedded server: everything that can be configured, and the parts that a test may bring. */
export interface ConfabOptions extends Omit<ConfigInput, 'seed'> {
  /** What the server holds when it starts and after each reset: the path of a file, or the same as a value. */
  seed?: string | SeedInput | undefined;
  parts?: ServerParts | undefined;
}

export interface TokenOptions {
  /** Seconds; an hour when absent. */
  ttl?: number | undefined;
  /** Another chat service of the account. */
  chatServiceSid?: string | undefined;
}

/** A Confab inside this process. */
export interface Confab {
  /** Base URL for REST helpers. */
  readonly url: string;
  /** What the browser SDK takes as `Twilsock.uri`. */
  readonly socketUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly chatServiceSid: string;
  /** An Access Token for the identity, signed with the API key above. */
  token(identity: string, options?: TokenOptions): Promise<string>;
  /** The live connections of clients, to drop and to slow for tests of an app. */
  readonly connections: EmbeddedConnections;
  /** Forgets everything but the credentials, makes the seed anew, and drops all clients. */
  reset(): Promise<void>;
  /** Stops the server, and removes its data if the folder was its own. */
  stop(): Promise<void>;
}

/** Fixed, so that tests can name them. */
const TEST_SIDS = {
  accountSid: `AC${'0'.repeat(31)}1`,
  apiKey: `SK${'0'.repeat(31)}1`,
  chatServiceSid: `IS${'0'.repeat(31)}1`,
} as const;

/** Known to all the world, and so for servers that only this machine can reach. */
const TEST_SECRETS = {
  authToken: 'confab-test-auth-token-0123456789',
  apiSecret: 'confab-test-api-secret-0123456789',
} as const;

/** The same. It is enough for data that is thrown away; PostgreSQL has no folder to keep one in. */
const TEST_MASTER_KEY = Buffer.alloc(32, 'confab').toString('base64');

/**
 * Starts the same server that `confab start` runs, for tests and development: on a free port, in a temporary folder, with fixed
 * credentials, silent, in development mode. Every option can be given otherwise. On a host that other machines can reach, there are no
 * fixed secrets: they must be given. Throws what a refused start throws.
 */
export async function startConfab({ parts, seed, ...input }: ConfabOptions = {}): Promise<Confab> {
  const ownFolder = input.dataDir === undefined ? await mkdtemp(join(tmpdir(), 'confab-')) : undefined;
  const removeFolder = async (): Promise<void> => {
    if (ownFolder !== undefined) await rm(ownFolder, { recursive: true, force: true });
  };
  const isLocal = input.host === undefined || isLoopbackHost(input.host);
  let server: RunningServer;
  let secrets: { authToken: string; apiSecret: string };
  try {
    const resolved = resolveConfig({
      port: 0,
      dataDir: ownFolder,
      logLevel: 'silent',
      dev: true,
      ...TEST_SIDS,
      ...(isLocal && TEST_SECRETS),
      ...(isLocal && input.databaseUrl !== undefined && { masterKey: TEST_MASTER_KEY }),
      ...definedOf({ ...input, seed: typeof seed === 'string' ? seed : undefined }),
    });
    secrets = requireSecrets(resolved);
    server = await startServer(resolved, { ...parts, ...(typeof seed === 'object' && { seed: readSeed(seed) }) });
  } catch (error) {
    await removeFolder();
    throw error;
  }
  const { accountSid, apiKeySid, chatServiceSid: firstServiceSid } = server.credentials;
  return {
    accountSid,
    authToken: secrets.authToken,
    apiKey: apiKeySid,
    apiSecret: secrets.apiSecret,
    chatServiceSid: firstServiceSid,
    url: server.url,
    socketUrl: `${server.url.replace(/^http/, 'ws')}/v3/wsconnect`,
    token: async (identity, { ttl, chatServiceSid } = {}) =>
      (await server.mintToken({ identity, ttl, chatServiceSid })).token,
    connections: embeddedConnections(server.realtime),
    reset: async () => {
      await server.reset();
    },
    async stop() {
      await server.stop();
      await removeFolder();
    },
  };
}

function requireSecrets({ config, secrets: { authToken, apiSecret } }: ResolvedConfig) {
  if (authToken !== undefined && apiSecret !== undefined) return { authToken, apiSecret };
  const fault = `is required when host is ${config.host}: the fixed one is public, and for servers on 127.0.0.1, ::1 or localhost`;
  const missing = Object.entries({ authToken, apiSecret }).filter(([, value]) => value === undefined);
  throw new ConfigError(missing.map(([setting]) => ({ setting, fault })));
}

/** The options that were given, without those that are `undefined`: they must not hide a default. */
function definedOf<T extends object>(options: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
