import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, glob, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Where packages put the server programs, which they often leave out of PATH. */
const SERVER_FOLDERS = [
  '/usr/lib/postgresql/*/bin',
  '/opt/homebrew/opt/postgresql@*/bin',
  '/usr/local/opt/postgresql@*/bin',
];

/**
 * Makes a cluster and runs it until the pipe at its input closes, which also happens when the test process is killed: no server and no
 * files outlive a run. $1 folder, $2 server programs, $3 options for initdb, $4 `on` or `off`: whether it waits
 * for the disk.
 */
const SUPERVISOR = `
set -e
cleanUp() {
  # Again until it is gone: a shell starts what it puts in the background with SIGQUIT ignored, so the first may come too early.
  while [ "$server" ] && kill -QUIT "$server" 2>/dev/null; do sleep 0.05; done
  cd / && rm -rf "$1"
}
server=
trap 'cleanUp "$1"' EXIT
trap '' PIPE
cd "$1"
: >log
"$2/initdb" --pgdata=data --username=confab --auth=trust --encoding=UTF8 --locale=C --no-sync $3 >/dev/null
"$2/postgres" -D data -c fsync="$4" -c listen_addresses= -c unix_socket_directories="$1" -c port=5432 -c max_connections=200 >log 2>&1 &
server=$!
until grep -q 'ready to accept connections' log; do
  kill -0 "$server" 2>/dev/null || { cat log >&2; exit 1; }
  sleep 0.05
done
echo ready
cat >/dev/null
`;

export interface PostgresServer {
  /** Administrator's connection to the server's own database. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts a temporary PostgreSQL server that listens on a Unix socket in a private folder, or names the one in
 * CONFAB_TEST_DATABASE_URL. No test takes the power away, so that only one that counts syncs has it wait for the disk. Returns what is missing when this machine has none; throws when there is one and it does not start.
 */
export async function startPostgres({ fsync = false } = {}): Promise<PostgresServer | { missing: string }> {
  const given = process.env.CONFAB_TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };

  const programs = await findServerPrograms();
  if (programs === undefined) return { missing: 'PostgreSQL server not found (install postgresql)' };
  const account = await serverAccount();
  if ('missing' in account) return account;

  const folder = await mkdtemp(join(tmpdir(), 'confab-pg-'));
  if (account.uid !== undefined) await chown(folder, account.uid, account.gid);
  const stop = await supervise(
    folder,
    [programs, await sortLikeOperators(programs), fsync ? 'on' : 'off'],
    account,
  ).catch(async (error) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return { url: `postgres://confab@localhost/postgres?host=${folder}`, stop };
}

async function supervise(folder: string, parameters: readonly string[], account: Account) {
  const supervisor = spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', folder, ...parameters], {
    ...account,
    // A process group of its own, so that Ctrl-C in the terminal does not end it before it has cleaned up.
    detached: true,
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  const ended = new Promise<void>((resolve, reject) => {
    supervisor.once('error', reject);
    supervisor.once('close', () => resolve());
  });
  let messages = '';
  supervisor.stderr.on('data', (chunk) => {
    messages += chunk;
  });
  const ready = new Promise<void>((resolve) => supervisor.stdout.once('data', () => resolve()));
  const failed = ended.then(() => {
    throw new Error(`the temporary PostgreSQL server did not start:\n${messages}`);
  });
  await Promise.race([ready, failed]);
  failed.catch(() => {});

  return async () => {
    supervisor.stdin.end();
    await ended;
  };
}

async function findServerPrograms(): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const pattern of SERVER_FOLDERS) {
    const found: string[] = [];
    for await (const folder of glob(pattern)) found.push(folder);
    folders.push(...found.sort(new Intl.Collator('en', { numeric: true }).compare).reverse());
  }
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
}

/** Whom the server runs as; nobody named is whoever runs the tests. */
type Account = { uid: number; gid: number } | { uid?: undefined };

/** PostgreSQL refuses to run as root: then the account that its package made takes over. */
async function serverAccount(): Promise<Account | { missing: string }> {
  if (process.getuid?.() !== 0) return {};
  try {
    const [uid, gid] = await Promise.all([execute('id', ['-u', 'postgres']), execute('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return { missing: 'PostgreSQL does not run as root (run the tests as another user, or add a user "postgres")' };
  }
}

/**
 * SQLite sorts text by its bytes, an operator's PostgreSQL mostly by the rules of a language. Tests run with the latter where the
 * server can (from 15 on), so that nothing comes to rely on either.
 */
async function sortLikeOperators(programs: string): Promise<string> {
  const { stdout } = await execute(join(programs, 'initdb'), ['--version']);
  const major = Number(/\) (\d+)/.exec(stdout)?.[1] ?? 0);
  return major >= 15 ? '--locale-provider=icu --icu-locale=en' : '';
}
