import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Runs of each variant. */
  rounds: number;
  /** Length of one measurement. */
  seconds: number;
  /** File for the results as JSON. */
  json: string | undefined;
  /** Folder for a CPU profile of each server process. */
  profile: string | undefined;
}

/** Reads the flags that all benchmarks share. Throws on what it does not know. */
export function benchOptions({ seconds }: { seconds: number }): BenchOptions {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: String(seconds) },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  return {
    rounds: numberIn('rounds', values.rounds, 1, 20),
    seconds: numberIn('seconds', values.seconds, 0.5, 60),
    json: values.json,
    profile: values.profile,
  };
}

function numberIn(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (value >= least && value <= most) return value;
  throw new Error(`--${name} is '${text}'; expected a number from ${least} to ${most}`);
}
