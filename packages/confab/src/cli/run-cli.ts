import { flagOf, VARIABLES } from '../config/index.ts';
import type { CliContext } from './context.ts';
import { renewEpochCommand } from './renew-epoch.ts';
import { start } from './start.ts';

const USAGE = `confab: the conversations platform that you run yourself

Usage:
  confab start [--dev] [--config FILE] [flags]     run a node
  confab renew-epoch [--config FILE] [flags]       after a copy of the data was put back, and before the next start
  confab --help                                    show this

Every variable of docs/configuration.md is a flag of these commands, too:
  ${VARIABLES.filter(({ secret }) => !secret)
    .map((variable) => `--${flagOf(variable)}`)
    .join(' ')}
`;

const COMMANDS: ReadonlyMap<string, (context: CliContext, argv: readonly string[]) => Promise<number>> = new Map([
  ['start', start],
  ['renew-epoch', renewEpochCommand],
]);

/** Runs the command that `argv` names. Resolves with the exit code: 0 done, 1 refused, 2 not understood. */
export async function runCli(context: CliContext, argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  const run = command === undefined ? undefined : COMMANDS.get(command);
  if (run !== undefined) return rest.includes('--help') ? help(context) : run(context, rest);
  if (command === undefined || command === '--help' || command === 'help') return help(context);
  context.stderr.write(`confab: there is no command '${command}'\n\n${USAGE}`);
  return 2;
}

function help({ stdout }: CliContext): number {
  stdout.write(USAGE);
  return 0;
}
