import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Transport } from './transport.ts';

const SEND_OPTIONS = { binary: true, compress: false, fin: true } as const;

const NOTHING = Buffer.alloc(0);

/** A WebSocket of the `ws` library, and the stream under it, for joining writes and for seeing them taken. */
export function webSocketTransport(socket: WebSocket, stream: Duplex): Transport {
  const drainListeners: (() => void)[] = [];
  let asked = false;

  /** A stream tells when it is drained only if more waited than its high-water mark: of less it is asked. */
  function askForDrain(): void {
    if (asked || stream.writableLength === 0 || stream.writableNeedDrain || !stream.writable) return;
    asked = true;
    stream.write(NOTHING, () => {
      asked = false;
      for (const listener of drainListeners) listener();
    });
  }

  return {
    write(messages) {
      stream.cork();
      for (const message of messages) socket.send(message, SEND_OPTIONS);
      stream.uncork();
      askForDrain();
    },
    bufferedBytes: () => socket.bufferedAmount,
    isOpen: () => socket.readyState === socket.OPEN,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    isPaused: () => socket.isPaused,
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    onMessage(listener) {
      // `ws` gives whole messages as one Buffer unless told otherwise.
      socket.on('message', (data, isBinary) => Buffer.isBuffer(data) && listener(data, isBinary));
    },
    onBytes(listener) {
      const count = (chunk: Buffer): void => listener(chunk.length);
      stream.on('data', count);
      return () => void stream.off('data', count);
    },
    onDrain(listener) {
      drainListeners.push(listener);
      stream.on('drain', listener);
    },
    onError: (listener) => void socket.on('error', listener),
    onClose: (listener) => void socket.on('close', () => listener()),
  };
}
