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
