import { resolve } from 'node:path';
import type { Problem } from './config-error.ts';
import { parseConfigFile } from './config-file.ts';
import { readFlags } from './flags.ts';
import { resolveSettings } from './resolve-config.ts';
import type { ResolvedConfig, Setting } from './types.ts';
import { flagOf, parseValue, VARIABLES } from './variables.ts';

/** Where configuration comes from. Nothing else in Confab reads the environment or the command line. */
export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What follows the command's name on the command line. */
  readonly argv: readonly string[];
  /** Absolute. Relative paths in the configuration start here. */
  readonly cwd: string;
  /** The text of a file; throws when it cannot be read. */
  readonly readFile: (file: string) => string;
}

/**
 * The configuration of a server process. A flag goes before the environment, and that before the config file; an empty
 * value in the environment or the file counts as not given.
 *
 * Throws ConfigError, which lists everything that is wrong, under the names that were used.
 */
export function loadConfig({ env, argv, cwd, readFile }: ConfigSources): ResolvedConfig {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const flags = readFlags(argv, problems);
  const file = readConfigFile(flags.configFile, cwd, readFile, problems);

  const given: Partial<Record<Setting, unknown>> = {};
  const names: Partial<Record<Setting, string>> = {};
  for (const variable of VARIABLES) {
    const flag = flagOf(variable);
    const found = [
      { text: flags.values.get(flag), name: `--${flag}` },
      { text: env[variable.name], name: variable.name },
      { text: file.get(variable.name), name: `${variable.name} (in ${flags.configFile})` },
    ].find(({ text }) => text !== undefined && text !== '');
    names[variable.setting] = found?.name ?? variable.name;
    if (found?.text !== undefined) given[variable.setting] = parseValue(variable, found.text);
    if (variable.secret && flags.values.has(flag)) {
      warnings.push(
        `--${flag} shows its value to every user of this machine; give it as ${variable.name} in the environment or in a config file.`,
      );
    }
  }
  warnings.push(
    ...unknownNames(
      Object.keys(env).filter((name) => name.startsWith('CONFAB_')),
      'the environment',
    ),
  );
  warnings.push(...unknownNames([...file.keys()], flags.configFile ?? ''));

  const resolved = resolveSettings(given, { cwd, problems, nameOf: (setting) => names[setting] ?? setting });
  return { ...resolved, warnings: [...warnings, ...resolved.warnings] };
}

function readConfigFile(
  file: string | undefined,
  cwd: string,
  readFile: ConfigSources['readFile'],
  problems: Problem[],
): ReadonlyMap<string, string> {
  if (file === undefined) return new Map();
  let text: string;
  try {
    text = readFile(resolve(cwd, file));
  } catch (error) {
    problems.push({ setting: '--config', fault: `cannot be read: ${error instanceof Error ? error.message : error}` });
    return new Map();
  }
  return parseConfigFile(file, text, problems);
}

function unknownNames(names: readonly string[], place: string): string[] {
  const known = new Set(VARIABLES.map((variable) => variable.name));
  return names
    .filter((name) => !known.has(name))
    .map((name) => `${name} in ${place} is not a variable that Confab knows; it has no effect.`);
}
