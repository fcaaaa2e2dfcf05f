import { createHash } from 'node:crypto';

/** The `I-Twilio-Idempotency-Token` of a delivery: a UUID (version 8, RFC 9562 5.8) that follows from its SID, the same at every try. */
export function idempotencyToken(deliverySid: string): string {
  const bytes = createHash('sha256').update(`webhook ${deliverySid}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
