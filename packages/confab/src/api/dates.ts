/** ISO 8601 in UTC and whole seconds: how REST tells times (REST API 4). */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
