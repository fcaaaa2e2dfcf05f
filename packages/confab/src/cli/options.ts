import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command line cannot be understood. The message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface OptionForm {
  type: 'string' | 'boolean';
  multiple?: true;
}

export interface Options {
  /** The last value given; undefined when there is none. */
  text(name: string): string | undefined;
  /** All values given. */
  texts(name: string): readonly string[];
  isSet(name: string): boolean;
  /** A whole number from 0; undefined when it is not given. */
  number(name: string): number | undefined;
  readonly words: readonly string[];
  /** Those of the flags that say where the data is, for `loadConfig`. */
  readonly configArgv: readonly string[];
}

/** The flags of every command that works on the data. Secrets are taken from the environment or a config file only. */
const CONFIG_FLAGS = ['config', 'data-dir'] as const;

/** Reads what follows a command's name. `words`: what it takes besides options, by name. Throws UsageError. */
export function readOptions(
  argv: readonly string[],
  forms: Readonly<Record<string, OptionForm>>,
  words: readonly string[] = [],
): Options {
  const options: ParseArgsConfig['options'] = { ...forms };
  for (const name of CONFIG_FLAGS) options[name] = { type: 'string' };
  const { values, positionals } = parse(argv, options);
  const missing = words[positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing.`);
  if (positionals.length > words.length) throw new UsageError('There are more words than the command takes.');
  const texts = (name: string): string[] => [values[name] ?? []].flat().map(String);
  return {
    text: (name) => texts(name).at(-1),
    texts,
    isSet: (name) => values[name] === true,
    number(name) {
      const text = texts(name).at(-1);
      if (text === undefined) return undefined;
      if (/^[0-9]{1,9}$/.test(text)) return Number(text);
      throw new UsageError(`--${name} must be a whole number.`);
    },
    words: positionals,
    configArgv: CONFIG_FLAGS.flatMap((name) => texts(name).map((value) => `--${name}=${value}`)),
  };
}

function parse(argv: readonly string[], options: NonNullable<ParseArgsConfig['options']>) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    // The only thing that it throws, and it names options, not values.
    if (error instanceof TypeError) throw new UsageError(error.message.split('. ')[0] ?? error.message);
    throw error;
  }
}
