let lastSecond = Number.NaN;
let lastText = '';

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
