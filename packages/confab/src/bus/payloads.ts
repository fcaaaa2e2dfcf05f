/** A notification's payload must stay below 8000 bytes (https://www.postgresql.org/docs/current/sql-notify.html). */
const PAYLOAD_BYTES = 7500;

/** JSON arrays that begin with `origin` and hold all of `items` in order, each array small enough for a notification. */
export function* payloads(origin: string, items: readonly unknown[]): Generator<string> {
  const first = JSON.stringify(origin);
  let parts = [first];
  let bytes = 0;
  for (const item of items) {
    const part = JSON.stringify(item);
    const size = Buffer.byteLength(part) + 1;
    if (bytes + size > PAYLOAD_BYTES && parts.length > 1) {
      yield `[${parts.join()}]`;
      parts = [first];
      bytes = 0;
    }
    parts.push(part);
    bytes += size;
  }
  if (parts.length > 1) yield `[${parts.join()}]`;
}
