import type { Limits } from '../../config/index.ts';
import { invalidParameter } from '../errors.ts';

/** How a connection is dropped: without a word, with a WebSocket's goodbye, or told to stay away (protocol 3.5). */
export const DROPS = ['cut', 'close', 'dismiss'] as const;

/** How a connection is slowed, each way. */
export interface Shape {
  /** Each message arrives so many ms later. */
  readonly delayMs: number;
  /** So much goes over it in a second at most; null: as much as it can. */
  readonly bytesPerSecond: number | null;
}

export const UNSHAPED: Shape = Object.freeze({ delayMs: 0, bytesPerSecond: null });

/** What the operator does to a live connection. Code and reason are of `close` (RFC 6455 7.4), the reason of `dismiss` as well. */
export type ConnectionControl =
  | { readonly action: 'drop'; readonly how: (typeof DROPS)[number]; readonly code: number; readonly reason: string }
  | ({ readonly action: 'shape' } & Shape);

/** One byte in a second would hold a message of the largest size for years. */
const BYTES_PER_SECOND_MINIMUM = 100;

/** The payload of a close frame has 125 bytes, two of them the code (RFC 6455 5.5). */
const REASON_BYTES = 123;

/** Refuses (20001) what no connection could be told to do. */
export function checkConnectionControl(
  limits: Pick<Limits, 'connectionDelayMs'>,
  control: ConnectionControl,
): ConnectionControl {
  if (control.action === 'drop') {
    if (!isCloseCode(control.code)) {
      throw invalidParameter('Code must be a WebSocket close code that may be sent: 1000-1003, 1007-1014, 3000-4999.');
    }
    if (Buffer.byteLength(control.reason) > REASON_BYTES) {
      throw invalidParameter(`Reason must have ${REASON_BYTES} bytes at most.`);
    }
    return control;
  }
  const { delayMs, bytesPerSecond } = control;
  if (!Number.isSafeInteger(delayMs) || delayMs < 0 || delayMs > limits.connectionDelayMs) {
    throw invalidParameter(`DelayMs must be a whole number from 0 to ${limits.connectionDelayMs}.`);
  }
  if (bytesPerSecond !== null && (!Number.isSafeInteger(bytesPerSecond) || bytesPerSecond < BYTES_PER_SECOND_MINIMUM)) {
    throw invalidParameter(`BytesPerSecond must be a whole number from ${BYTES_PER_SECOND_MINIMUM}.`);
  }
  return control;
}

/** Those that an endpoint may send (RFC 6455 7.4; the IANA registry). */
function isCloseCode(code: number): boolean {
  if (!Number.isSafeInteger(code)) return false;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}
