import { parseEnv } from 'node:util';
import type { Problem } from './config-error.ts';

const LINE = /^\s*(?:#.*|(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=.*)?$/;

/**
 * Reads the text of a config file: lines `NAME=value`, comments after `#`, as in an environment file. Faults go to
 * `problems`, and show no text of the file.
 */
export function parseConfigFile(file: string, text: string, problems: Problem[]): ReadonlyMap<string, string> {
  // parseEnv passes over what it does not understand, and a setting would be lost without a word.
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (!LINE.test(line)) problems.push({ setting: file, fault: `line ${index + 1} is not NAME=value` });
  }
  return new Map(Object.entries(parseEnv(text)).map(([name, value]) => [name, value ?? '']));
}
