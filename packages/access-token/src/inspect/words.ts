const LATEST_DATE_MS = 8.64e15;

const units: readonly [number, string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** `2026-01-01 00:00:00 UTC, 5 minutes ago`, or the number itself when no calendar has that time. */
export function timeInWords(seconds: number, now: number): string {
  const milliseconds = seconds * 1000;
  if (!(Math.abs(milliseconds) <= LATEST_DATE_MS)) return String(seconds);
  const date = new Date(milliseconds).toISOString().replace('T', ' ').slice(0, -5);
  const away = seconds - now;
  const distance = durationInWords(Math.abs(away));
  return `${date} UTC, ${away > 0 ? `in ${distance}` : `${distance} ago`}`;
}

/** In its largest unit, rounded down: `59 minutes`. */
export function durationInWords(seconds: number): string {
  const [size, name] = units.find(([least]) => seconds >= least) ?? [1, 'second'];
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/**
 * Text that somebody else chose, in quotation marks, with everything escaped that a terminal would obey or nobody would see.
 */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/[\p{C}\u2028\u2029]/gu, (character) =>
    [...character].map((each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`).join(''),
  );
}
