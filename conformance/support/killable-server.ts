import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliProcess, runConfab } from '../../packages/confab/test/support/cli.ts';
import { createDatabase, needsPostgres } from '../../packages/confab/test/support/postgres.ts';
import { freePort } from './free-port.ts';

/** How often a server is killed. Fifty rounds are run on demand: CONFAB_KILL_ROUNDS=50 npm test -- conformance/killed-server. */
export const ROUNDS = Number(process.env.CONFAB_KILL_ROUNDS ?? 3);
const ROUND_TIMEOUT_MS = 30_000;
export const ROUNDS_TIMEOUT_MS = ROUND_TIMEOUT_MS * (ROUNDS + 1);

export const credentials = {
  accountSid: `AC${'1'.repeat(32)}`,
  authToken: 'auth-token-of-the-killed-server-0001',
  apiKey: `SK${'1'.repeat(32)}`,
  apiSecret: 'api-secret-of-the-killed-server-0001',
  chatServiceSid: `IS${'1'.repeat(32)}`,
};

/** A server in a process of its own, which can be killed and started again on the same data and port. */
export interface KillableServer {
  start(): Promise<void>;
  kill(): Promise<void>;
  readonly url: string;
  readonly socketUrl: string;
}

interface StoreKind {
  name: string;
  options: object;
  prepare(): Promise<{ env: Record<string, string>; drop(): Promise<void> }>;
}

/** The databases that the server may have. `options` are those of a suite on it. */
export const STORES: readonly StoreKind[] = [
  { name: 'SQLite', options: {}, prepare: async () => ({ env: {}, drop: async () => {} }) },
  {
    name: 'PostgreSQL',
    options: needsPostgres,
    async prepare() {
      const { url, drop } = await createDatabase();
      return {
        env: { CONFAB_DATABASE_URL: url, CONFAB_MASTER_KEY: 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=' },
        drop,
      };
    },
  },
];

/** Runs `use` with a server over a new database, and takes all of it away afterwards. */
export async function withKillableServer(
  store: StoreKind,
  use: (server: KillableServer) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'confab-kill-'));
  const { env, drop } = await store.prepare();
  const port = String(await freePort());
  let running: CliProcess | undefined;
  const server: KillableServer = {
    url: `http://127.0.0.1:${port}`,
    socketUrl: `ws://127.0.0.1:${port}/v3/wsconnect`,
    async start() {
      running = runConfab(['start'], {
        ...env,
        CONFAB_DATA_DIR: folder,
        PORT: port,
        CONFAB_LOG_LEVEL: 'error',
        CONFAB_ACCOUNT_SID: credentials.accountSid,
        CONFAB_AUTH_TOKEN: credentials.authToken,
        CONFAB_API_KEY: credentials.apiKey,
        CONFAB_API_SECRET: credentials.apiSecret,
        CONFAB_CHAT_SERVICE_SID: credentials.chatServiceSid,
      });
      await running.line(/^confab listening on/);
    },
    async kill() {
      running?.child.kill('SIGKILL');
      await running?.exit;
    },
  };
  try {
    await use(server);
  } finally {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
    await drop();
  }
}
