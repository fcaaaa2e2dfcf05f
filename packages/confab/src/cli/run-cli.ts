import { DomainError } from '../domain/index.ts';
import { backupCommand, restoreCommand } from './backup.ts';
import type { CliContext } from './context.ts';
import { conversationCommands } from './conversation.ts';
import { accountCommands, auditCommand, authTokenCommands, credentialsCommands } from './credentials.ts';
import { doctorCommand } from './doctor.ts';
import { HELP, USAGE } from './help.ts';
import { keysCommands } from './keys.ts';
import { listenCommand } from './listen.ts';
import { migrateCommand } from './migrate.ts';
import { OperatorError } from './operator.ts';
import { UsageError } from './options.ts';
import { isRefusal } from './refusal.ts';
import { renewEpochCommand } from './renew-epoch.ts';
import { seedCommand } from './seed.ts';
import { start } from './start.ts';
import { tokenCommands } from './token.ts';
import { userCommands } from './user.ts';
import { webhooksCommands } from './webhooks.ts';

type Run = (context: CliContext, argv: readonly string[]) => Promise<number>;
type Task = (context: CliContext, argv: readonly string[]) => Promise<void>;

const COMMANDS: ReadonlyMap<string, Run> = new Map([
  ['start', start],
  ['renew-epoch', renewEpochCommand],
  ['doctor', doctorCommand],
  ['keys', oneOf('keys', keysCommands)],
  ['token', oneOf('token', tokenCommands)],
  ['auth-token', oneOf('auth-token', authTokenCommands)],
  ['credentials', oneOf('credentials', credentialsCommands)],
  ['account', oneOf('account', accountCommands)],
  ['webhooks', oneOf('webhooks', webhooksCommands)],
  ['listen', finished('listen', listenCommand)],
  ['audit', finished('audit', auditCommand)],
  ['user', oneOf('user', userCommands)],
  ['conversation', oneOf('conversation', conversationCommands)],
  ['backup', finished('backup', backupCommand)],
  ['migrate', finished('migrate', migrateCommand)],
  ['seed', finished('seed', seedCommand)],
  ['restore', finished('restore', restoreCommand)],
]);

/** Runs the command that `argv` names. Resolves with the exit code: 0 done, 1 refused, 2 not understood. */
export async function runCli(context: CliContext, argv: readonly string[]): Promise<number> {
  const [command = '--help', ...rest] = argv;
  const run = COMMANDS.get(command);
  if (run !== undefined) return rest.includes('--help') ? help(context, command) : run(context, rest);
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
