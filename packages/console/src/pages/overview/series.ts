import { bucketsOf, quantileBetween, type Sample, sumOf } from './metrics.ts';
import type { Look } from './use-samples.ts';

/** Values over time; null where there is none. */
export type Series = (number | null)[];

/** Of each look, what the number says then. */
export function values(looks: readonly Look[], of: (samples: readonly Sample[]) => number | undefined): Series {
  return looks.map(({ samples }) => of(samples) ?? null);
}

/** What came in each minute, by the growth of a counter from look to look. A server that started anew counts from 0. */
export function perMinute(looks: readonly Look[], name: string): Series {
  return looks.map((look, at) => {
    const before = looks[at - 1];
    const now = sumOf(look.samples, name);
    if (before === undefined || now === undefined) return null;
    const then = sumOf(before.samples, name) ?? 0;
    const seconds = look.at - before.at;
    return seconds > 0 ? ((now >= then ? now - then : now) * 60) / seconds : null;
  });
}

/** Quantile of a histogram in ms, of what came from look to look. */
export function quantiles(
  looks: readonly Look[],
  quantile: number,
  name: string,
  isWanted?: (labels: Sample['labels']) => boolean,
): Series {
  return looks.map((look, at) => {
    const before = looks[at - 1];
    if (before === undefined) return null;
    const seconds = quantileBetween(
      quantile,
      bucketsOf(before.samples, name, isWanted),
      bucketsOf(look.samples, name, isWanted),
    );
    return seconds === undefined ? null : seconds * 1000;
  });
}

/** The last value that there is. */
export function latest(series: Series): number | undefined {
  return series.findLast((value) => value !== null) ?? undefined;
}
