import type { Duplex } from 'node:stream';

/** What the WebSocket protocol itself needs around one message: frame headers, and a ping or two. */
const OVERHEAD_BYTES = 1024;

/**
 * Calls `onExceeded` when the stream has brought more than one message of `maxBytes`, until it is told to stop. The WebSocket library
 * holds a message until its end has come, up to the limit of clients that are logged in: too much to keep for strangers (invariant 6).
 */
export function limitStranger(stream: Duplex, maxBytes: number, onExceeded: () => void): () => void {
  let received = 0;
  const count = (chunk: Buffer): void => {
    received += chunk.length;
    if (received > maxBytes + OVERHEAD_BYTES) onExceeded();
  };
  stream.on('data', count);
  return () => void stream.off('data', count);
}
