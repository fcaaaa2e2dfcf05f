let lastSecond = Number.NaN;
let lastText = '';

/** RFC 2822 in UTC: how the APIs of accounts and keys tell times (REST API 2). */
export function rfc2822(ms: number): string {
  return new Date(ms).toUTCString().replace('GMT', '+0000');
}

/** ISO 8601 in UTC and whole seconds: how REST tells times (REST API 4). */
export function isoSeconds(ms: number): string {
  const second = Math.floor(ms / 1000);
  // Rows that are made and told together mostly have the same second.
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

/** Reads a moment in ISO 8601, in ms; in UTC where no zone is given. A date alone is its first moment. Undefined if it is none. */
export function parseIsoTime(text: string): number | undefined {
  const [, date, zone] = ISO_TIME.exec(text) ?? [];
  if (date === undefined) return undefined;
  const day = Date.parse(date);
  // February 31 would be taken for a day in March.
  if (Number.isNaN(day) || !new Date(day).toISOString().startsWith(date)) return undefined;
  const ms = Date.parse(zone === undefined && text !== date ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}
