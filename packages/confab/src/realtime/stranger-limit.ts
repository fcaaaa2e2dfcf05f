import type { Transport } from './transport.ts';

/** What the WebSocket protocol itself needs around one message: frame headers, and a ping or two. */
const OVERHEAD_BYTES = 1024;

/**
 * Calls `onExceeded` when the transport has brought more than one message of `maxBytes`, until it is told to stop. The WebSocket library
 * holds a message until its end has come, up to the limit of clients that are logged in: too much to keep for strangers (invariant 6).
 */
export function limitStranger(transport: Transport, maxBytes: number, onExceeded: () => void): () => void {
  let received = 0;
  return transport.onBytes((count) => {
    received += count;
    if (received > maxBytes + OVERHEAD_BYTES) onExceeded();
  });
}
