import { parseArgs } from 'node:util';
import type { Problem } from './config-error.ts';
import { flagOf, VARIABLES } from './variables.ts';

export interface Flags {
  /** Text by flag name, without dashes. `--dev` alone is `true`, `--no-dev` is `false`. */
  readonly values: ReadonlyMap<string, string>;
  /** The file of `--config`. */
  readonly configFile: string | undefined;
}

const CONFIG_FLAG = 'config';
const SWITCHES = new Set(VARIABLES.filter((variable) => variable.form === 'flag').map(flagOf));
const OPTIONS = Object.fromEntries(
  [...VARIABLES.map(flagOf), CONFIG_FLAG].map((name) => [
    name,
    { type: SWITCHES.has(name) ? ('boolean' as const) : ('string' as const) },
  ]),
);

/** Reads the command line. A flag given twice counts as it was given last. Faults go to `problems`, none shows a value. */
export function readFlags(argv: readonly string[], problems: Problem[]): Flags {
  const values = new Map<string, string>();
  // Not strict: parseArgs would stop at the first fault, and repeat in its message what may be a secret.
  const { tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    strict: false,
    allowNegative: true,
    allowPositionals: true,
    tokens: true,
  });
  let known = true;
  for (const token of tokens) {
    if (token.kind === 'option') {
      known = Object.hasOwn(OPTIONS, token.name);
      if (!known) problems.push({ setting: token.rawName, fault: 'is not a flag that Confab knows' });
      else readFlag(token, values, problems);
    } else if (token.kind === 'positional') {
      // The word behind an unknown flag is its value, most likely: one complaint is enough.
      if (known)
        problems.push({ setting: 'The command line', fault: 'has a word that belongs to no flag (not shown)' });
      known = true;
    }
  }
  const configFile = values.get(CONFIG_FLAG);
  values.delete(CONFIG_FLAG);
  return { values, configFile };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function readFlag(
  { name, rawName, value, inlineValue }: OptionToken,
  values: Map<string, string>,
  problems: Problem[],
): void {
  const negated = rawName === `--no-${name}`;
  if (SWITCHES.has(name) && value === undefined) values.set(name, String(!negated));
  else if (negated) problems.push({ setting: rawName, fault: 'is not a flag that Confab knows, or takes no value' });
  // `--port --dev`: parseArgs would take the next flag for the value.
  else if (value === undefined || value === '' || (inlineValue !== true && value.startsWith('-'))) {
    problems.push({ setting: rawName, fault: 'needs a value' });
  } else values.set(name, value);
}
