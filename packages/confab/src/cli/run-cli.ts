import { flagOf, VARIABLES } from '../config/index.ts';
import type { CliContext } from './context.ts';
import { start } from './start.ts';

const USAGE = `confab: the conversations platform that you run yourself

Usage:
  confab start [--dev] [--config FILE] [flags]   run a node
  confab --help                                  show this

Every variable of docs/configuration.md is a flag of 'start', too:
  ${VARIABLES.filter(({ secret }) => !secret)
    .map((variable) => `--${flagOf(variable)}`)
    .join(' ')}
`;

/** Runs the command that `argv` names. Resolves with the exit code: 0 done, 1 refused, 2 not understood. */
export async function runCli(context: CliContext, argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === 'start') {
    if (rest.includes('--help')) return help(context);
    return start(context, rest);
  }
  if (command === undefined || command === '--help' || command === 'help') return help(context);
  context.stderr.write(`confab: there is no command '${command}'\n\n${USAGE}`);
  return 2;
}

function help({ stdout }: CliContext): number {
  stdout.write(USAGE);
  return 0;
}
