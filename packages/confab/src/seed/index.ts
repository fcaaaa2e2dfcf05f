export { type ApplySeedOptions, applySeed, type SeedOutcome } from './apply-seed.ts';
export { type GenerateOptions, generate } from './generate.ts';
export { parseSeed, readSeed } from './parse-seed.ts';
export { readSeedFile } from './read-seed-file.ts';
export { type Seed, SeedError } from './seed.ts';
export type { SeedInput } from './seed-input.ts';
