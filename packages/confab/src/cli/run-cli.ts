import { DomainError } from '../domain/index.ts';
import type { CliContext } from './context.ts';
import { HELP, USAGE } from './help.ts';
import { OperatorError } from './operator.ts';
import { UsageError } from './options.ts';
import { isRefusal } from './refusal.ts';

type Run = (context: CliContext, argv: readonly string[]) => Promise<number>;
type Task = (context: CliContext, argv: readonly string[]) => Promise<void>;

/** What a command needs is loaded when it is asked for: a server that starts does not wait for what it never runs. */
const COMMANDS: ReadonlyMap<string, () => Promise<Run>> = new Map<string, () => Promise<Run>>([
  ['start', async () => (await import('./start.ts')).start],
  ['renew-epoch', async () => (await import('./renew-epoch.ts')).renewEpochCommand],
  ['doctor', async () => (await import('./doctor.ts')).doctorCommand],
  ['keys', async () => oneOf('keys', (await import('./keys.ts')).keysCommands)],
  ['token', async () => oneOf('token', (await import('./token.ts')).tokenCommands)],
  ['auth-token', async () => oneOf('auth-token', (await import('./credentials.ts')).authTokenCommands)],
  ['credentials', async () => oneOf('credentials', (await import('./credentials.ts')).credentialsCommands)],
  ['account', async () => oneOf('account', (await import('./credentials.ts')).accountCommands)],
  ['webhooks', async () => oneOf('webhooks', (await import('./webhooks.ts')).webhooksCommands)],
  ['listen', async () => finished('listen', (await import('./listen.ts')).listenCommand)],
  ['audit', async () => finished('audit', (await import('./credentials.ts')).auditCommand)],
  ['user', async () => oneOf('user', (await import('./user.ts')).userCommands)],
  ['conversation', async () => oneOf('conversation', (await import('./conversation.ts')).conversationCommands)],
  ['backup', async () => finished('backup', (await import('./backup.ts')).backupCommand)],
  ['migrate', async () => finished('migrate', (await import('./migrate.ts')).migrateCommand)],
  ['seed', async () => finished('seed', (await import('./seed.ts')).seedCommand)],
  ['restore', async () => finished('restore', (await import('./backup.ts')).restoreCommand)],
]);

/** Runs the command that `argv` names. Resolves with the exit code: 0 done, 1 refused, 2 not understood. */
export async function runCli(context: CliContext, argv: readonly string[]): Promise<number> {
  const [command = '--help', ...rest] = argv;
  const load = COMMANDS.get(command);
  if (load !== undefined) return rest.includes('--help') ? help(context, command) : (await load())(context, rest);
  if (command === '--help' || command === 'help') return help(context, rest[0] ?? '');
  context.stderr.write(`confab: there is no command '${command}'\n\n${USAGE}`);
  return 2;
}

function help({ stdout }: CliContext, command: string): number {
  stdout.write(HELP.get(command) ?? USAGE);
  return 0;
}

/** The second word says what is to be done. */
function oneOf(command: string, tasks: Readonly<Record<string, Task>>): Run {
  return async (context, [word = '', ...rest]) => {
    const task = Object.hasOwn(tasks, word) ? tasks[word] : undefined;
    if (task !== undefined) return finished(`${command} ${word}`, task)(context, rest);
    context.stderr.write(
      `confab ${command}: say one of ${Object.keys(tasks).join(', ')}\n\n${HELP.get(command) ?? USAGE}`,
    );
    return 2;
  };
}

function finished(name: string, task: Task): Run {
  return async (context, argv) => {
    try {
      await task(context, argv);
      return 0;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof UsageError) {
        context.stderr.write(`confab ${name}: ${message}\nSee confab ${name.split(' ')[0]} --help\n`);
        return 2;
      }
      if (!(error instanceof OperatorError || error instanceof DomainError || isRefusal(error))) throw error;
      context.stderr.write(`confab ${name}: ${message}\n`);
      return 1;
    }
  };
}
