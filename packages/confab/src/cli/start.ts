import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError, loadConfig } from '../config/index.ts';
import { FirstStartError, type FirstStartResult } from '../domain/index.ts';
import { createLogger } from '../logging.ts';
import { MasterKeyError } from '../secrets/index.ts';
import { startServer } from '../server/start-server.ts';
import { DataFolderError, DataFolderInUseError } from '../store/data-folder-lock.ts';
import { SchemaError } from '../store/index.ts';
import type { CliContext } from './context.ts';

/** `confab start`: runs a node until it is told to stop. Resolves with the exit code. */
export async function start(context: CliContext, argv: readonly string[]): Promise<number> {
  const { env, cwd, readFile, stdout, stderr, onSignal } = context;
  // Asked for first: a signal that comes while the node starts stops it as soon as it has.
  const stopRequested = new Promise<void>((resolve) => onSignal(resolve));
  let stop: () => Promise<void>;
  try {
    const resolved = loadConfig({ env, argv, cwd, readFile });
    const logger = createLogger({ level: resolved.config.logLevel });
    for (const warning of resolved.warnings) logger.warn(warning);
    const server = await startServer(resolved, { logger });
    stop = () => server.stop();
    announce(context, resolved.config, server.url, server.credentials);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    stderr.write(`confab cannot start: ${error.message}\n`);
    return 1;
  }
  await stopRequested;
  stdout.write('confab is stopping\n');
  await stop();
  return 0;
}

/** What the operator can mend: said in a line, without a stack. */
function isRefusal(error: unknown): error is Error {
  return (
    [ConfigError, MasterKeyError, DataFolderInUseError, DataFolderError, SchemaError, FirstStartError].some(
      (refusal) => error instanceof refusal,
    ) || listenFailed(error)
  );
}

function listenFailed(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}

function announce({ stdout }: CliContext, config: Config, url: string, credentials: FirstStartResult): void {
  const lines = [
    `Account SID       ${credentials.accountSid}`,
    `API Key           ${credentials.apiKeySid}`,
    `Chat Service SID  ${credentials.chatServiceSid}`,
  ];
  const { secrets } = credentials;
  if (secrets !== undefined) {
    const secretLines = [`Auth Token        ${secrets.authToken}`, `API Secret        ${secrets.apiSecret}`];
    if (stdout.isTTY) lines.push(...secretLines, 'The two secrets are shown this once: keep them.');
    else
      lines.push(`Secrets           ${keepSecrets(config.dataDir, [...lines, ...secretLines])} (shown nowhere else)`);
  }
  if (config.dev) lines.push('Development mode: anyone on this machine can get a token for any identity.');
  stdout.write(`${lines.join('\n')}\nconfab listening on ${url}\n`);
}

/** Where nobody watches, the secrets go to a file of their own that only this user can read (design 5). */
function keepSecrets(dataDir: string, lines: readonly string[]): string {
  const file = join(dataDir, 'first-credentials.txt');
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
  return file;
}
