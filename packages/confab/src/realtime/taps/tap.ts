import type { Tap, TapEvent } from '../../domain/index.ts';

export interface TapQueue extends Tap {
  /** `describe` is not called when there is no room for what it returns. */
  tell(bytes: number, describe: () => TapEvent): void;
  /** Forgets what is not read yet, and has the reader told that something is missing. */
  forget(): void;
  /** What is told already is still read. */
  end(): void;
}

/** Bytes that an event takes beside its packet, about. */
const EVENT_BYTES = 200;

/** Keeps for the reader of a tap what has happened, `maxBytes` of it at most, and counts the rest. */
export function createTapQueue(connections: number, maxBytes: number, onClosed: () => void): TapQueue {
  let events: { event: TapEvent; bytes: number }[] = [];
  let bytes = 0;
  let dropped = 0;
  let ended = false;
  let wake = (): void => {};

  function end(): void {
    ended = true;
    wake();
    onClosed();
  }

  function close(): void {
    events = [];
    bytes = 0;
    dropped = 0;
    if (!ended) end();
  }

  async function* read(): AsyncGenerator<TapEvent, void, undefined> {
    try {
      for (;;) {
        const next = events.shift();
        if (next !== undefined) {
          bytes -= next.bytes;
          yield next.event;
        } else if (dropped > 0) {
          const count = dropped;
          dropped = 0;
          yield { type: 'dropped', count };
        } else if (ended) return;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      close();
    }
  }

  return {
    connections,
    close,
    forget() {
      dropped += events.length;
      events = [];
      bytes = 0;
      wake();
    },
    end,
    tell(size, describe) {
      if (ended) return;
      // Once something is missing, all is till the reader has been told: it must know where.
      if (dropped > 0 || bytes > maxBytes) {
        dropped += 1;
        return;
      }
      events.push({ event: describe(), bytes: size + EVENT_BYTES });
      bytes += size + EVENT_BYTES;
      wake();
    },
    [Symbol.asyncIterator]: read,
  };
}
