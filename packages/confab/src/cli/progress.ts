import type { Clock } from '../clock.ts';
import type { CliContext } from './context.ts';

const INTERVAL_MS = 1000;

export interface Progress {
  add(count: number): void;
}

/** Tells how far a long work is, on standard error, once a second and at its end. */
export function progressOn(
  { stderr }: Pick<CliContext, 'stderr'>,
  clock: Clock,
  what: string,
  total: number,
): Progress {
  const start = clock.now();
  let told = start;
  let done = 0;
  const number = (value: number) => Math.round(value).toLocaleString('en-US');
  const tell = (now: number): void => {
    const seconds = Math.max(now - start, 1) / 1000;
    const percent = total === 0 ? 100 : Math.floor((done * 100) / total);
    stderr.write(`${what}: ${number(done)} of ${number(total)} (${percent}%), ${number(done / seconds)}/s\n`);
    told = now;
  };
  return {
    add(count) {
      done += count;
      const now = clock.now();
      if (done >= total || now - told >= INTERVAL_MS) tell(now);
    },
  };
}
