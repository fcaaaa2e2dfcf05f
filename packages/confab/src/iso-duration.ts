/** A stretch of time in ISO 8601, as it was written, and how long it is. */
export interface IsoDuration {
  readonly text: string;
  readonly ms: number;
}

const DURATION =
  /^P(?!$)(?:(?<weeks>\d+)W)?(?:(?<days>\d+)D)?(?:T(?!$)(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:\.\d{1,3})?)S)?)?$/i;

const UNIT_MS = { weeks: 604_800_000, days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1000 };

/** Longest that makes sense as a date: about 100 years. */
const LONGEST_MS = 100 * 366 * 86_400_000;

/**
 * Reads an ISO 8601 duration such as `PT1M`, `P1DT12H` or `PT0S`. Undefined if it is none, if it has years or months, whose length depends on
 * when they begin, or if it is longer than a hundred years.
 */
export function parseIsoDuration(text: string): IsoDuration | undefined {
  const parts = DURATION.exec(text)?.groups;
  if (parts === undefined) return undefined;
  let ms = 0;
  for (const [unit, length] of Object.entries(UNIT_MS)) ms += Math.round(Number(parts[unit] ?? 0) * length);
  return ms <= LONGEST_MS ? { text, ms } : undefined;
}
