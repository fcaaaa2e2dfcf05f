import { readFile } from 'node:fs/promises';
import { parseSeed } from './parse-seed.ts';
import { type Seed, SeedError } from './seed.ts';

/** Reads a seed file. Throws SeedError, which names the file. */
export async function readSeedFile(file: string): Promise<Seed> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new SeedError(`The seed ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return await parseSeed(text);
  } catch (error) {
    throw error instanceof SeedError ? new SeedError(`${file}: ${error.message}`, { cause: error }) : error;
  }
}
