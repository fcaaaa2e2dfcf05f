import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type Notification, notificationFrame } from './twilsock/notification.ts';

/** What waits to be written to one socket. */
export interface Outbox {
  /** Queues a finished frame. */
  sendFrame(frame: Buffer): void;
  /** Queues a notification; neighbours of one group will share a frame. */
  notify(notification: Notification): void;
  /** Writes what waits. Called by the flusher, once per turn of the event loop. */
  flush(): void;
  /** Bytes handed to the socket that the peer has not taken yet. */
  buffered(): number;
  /** Resolves when the peer has taken enough that more may be read from the database for it, or the socket has closed. */
  drained(): Promise<void>;
}

/** Runs `flush` of each outbox that has something, once per turn of the loop: one pass for all sockets. */
export interface Flusher {
  schedule(outbox: Outbox): void;
}

export function createFlusher(): Flusher {
  let dirty: Outbox[] = [];
  const run = (): void => {
    const due = dirty;
    dirty = [];
    for (const outbox of due) outbox.flush();
  };
  return {
    schedule(outbox) {
      if (dirty.length === 0) setImmediate(run);
      dirty.push(outbox);
    },
  };
}

export interface OutboxOptions {
  socket: WebSocket;
  /** The stream under the WebSocket, for joining writes. */
  stream: Duplex;
  flusher: Flusher;
  maxBytes: number;
  /** Bytes at which reading ahead for the peer stops until it has taken them. */
  pauseBytes: number;
  /** The peer does not read. It is cut off, and catches up when it returns (invariant 6). */
  onOverflow: () => void;
}

const SEND_OPTIONS = { binary: true, compress: false, fin: true } as const;

export function createOutbox({ socket, stream, flusher, maxBytes, pauseBytes, onOverflow }: OutboxOptions): Outbox {
  let queue: (Buffer | Notification)[] = [];
  let queuedBytes = 0;
  let scheduled = false;
  let waiting: (() => void)[] = [];

  const buffered = (): number => socket.bufferedAmount + queuedBytes;
  const wake = (): void => {
    if (waiting.length === 0 || (buffered() > pauseBytes && socket.readyState === socket.OPEN)) return;
    const due = waiting;
    waiting = [];
    for (const resolve of due) resolve();
  };
  stream.on('drain', wake);
  stream.on('close', wake);

  function enqueue(item: Buffer | Notification, bytes: number): void {
    if (socket.readyState !== socket.OPEN) return;
    // What waited before counts, not what comes now: the answer to one request may be larger than the bound, and is its reader's own.
    if (buffered() > maxBytes) {
      queue = [];
      queuedBytes = 0;
      onOverflow();
      return;
    }
    queue.push(item);
    queuedBytes += bytes;
    if (!scheduled) {
      scheduled = true;
      flusher.schedule(outbox);
    }
  }

  const outbox: Outbox = {
    sendFrame: (frame) => enqueue(frame, frame.length),
    notify: (notification) => enqueue(notification, notification.event.length),
    flush() {
      scheduled = false;
      const items = queue;
      queue = [];
      queuedBytes = 0;
      if (socket.readyState !== socket.OPEN) return;
      stream.cork();
      for (const frame of framesOf(items)) socket.send(frame, SEND_OPTIONS);
      stream.uncork();
      wake();
    },
    buffered,
    drained() {
      if (buffered() <= pauseBytes || socket.readyState !== socket.OPEN) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
  return outbox;
}

/** The frames for what waits, in order: neighbouring notifications of one group become one frame. */
function* framesOf(items: readonly (Buffer | Notification)[]): Generator<Buffer> {
  let group: [Notification, ...Notification[]] | undefined;
  for (const item of items) {
    const frame = Buffer.isBuffer(item) ? item : undefined;
    const notification = Buffer.isBuffer(item) ? undefined : item;
    if (group !== undefined && notification !== undefined && joins(group[0], notification)) {
      group.push(notification);
      continue;
    }
    if (group !== undefined) yield notificationFrame(group);
    group = notification === undefined ? undefined : [notification];
    if (frame !== undefined) yield frame;
  }
  if (group !== undefined) yield notificationFrame(group);
}

function joins(a: Notification, b: Notification): boolean {
  return a.messageType === b.messageType && a.envelope === b.envelope;
}
