import { type Config, loadConfig } from '../config/index.ts';
import { createLogger } from '../logging.ts';
import { type RunningServer, startServer } from '../server/start-server.ts';
import type { CliContext } from './context.ts';
import { keepSecrets } from './keep-secrets.ts';
import { isRefusal } from './refusal.ts';

/** `confab start`: runs a node until it is told to stop. Resolves with the exit code. */
export async function start(context: CliContext, argv: readonly string[]): Promise<number> {
  const { env, cwd, readFile, stdout, stderr, onSignal } = context;
  // Asked for first: a signal that comes while the node starts stops it as soon as it has.
  const stopRequested = new Promise<void>((resolve) => onSignal(resolve));
  let server: RunningServer | undefined;
  try {
    const resolved = loadConfig({ env, argv, cwd, readFile });
    const logger = createLogger({ level: resolved.config.logLevel });
    for (const warning of resolved.warnings) logger.warn(warning);
    server = await startServer(resolved, { logger });
    await announce(context, resolved.config, server);
  } catch (error) {
    await server?.stop();
    if (!isRefusal(error)) throw error;
    stderr.write(`confab cannot start: ${error.message}\n`);
    return 1;
  }
  await stopRequested;
  stdout.write('confab is stopping\n');
  await server.stop();
  return 0;
}

/** Tells the operator what they need. Only now are the secrets shown: a node that was refused its port has shown nothing. */
async function announce({ stdout }: CliContext, config: Config, server: RunningServer): Promise<void> {
  const { accountSid, apiKeySid, chatServiceSid, secrets } = server.credentials;
  const print = (...lines: string[]) => stdout.write(`${lines.join('\n')}\n`);
  const lines = [
    `Account SID       ${accountSid}`,
    `API Key           ${apiKeySid}`,
    `Chat Service SID  ${chatServiceSid}`,
  ];
  print(...lines);
  if (secrets !== undefined) {
    const secretLines = [`Auth Token        ${secrets.authToken}`, `API Secret        ${secrets.apiSecret}`];
    await server.showSecrets(() => {
      if (stdout.isTTY) {
        print(...secretLines, 'The two secrets are shown this once: keep them.');
        return;
      }
      // Where nobody watches, they go to a file of their own (design 5).
      const file = keepSecrets(config.dataDir, `${[...lines, ...secretLines].join('\n')}\n`);
      print(`Secrets           ${file} (shown nowhere else)`);
    });
  }
  if (config.dev) print('Development mode: anyone on this machine can get a token for any identity.');
  print(`Console           ${server.url}/console`);
  print(`confab listening on ${server.url}`);
}
