import { readFileSync } from 'node:fs';
import { parseSeed } from './parse-seed.ts';
import { type Seed, SeedError } from './seed.ts';

/** Reads a seed file. Throws SeedError, which names the file. */
export function readSeedFile(file: string): Seed {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SeedError(`The seed ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return parseSeed(text);
  } catch (error) {
    throw error instanceof SeedError ? new SeedError(`${file}: ${error.message}`, { cause: error }) : error;
  }
}
