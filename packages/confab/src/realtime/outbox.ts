import { raise } from './deliveries.ts';
import type { Transport } from './transport.ts';
import { type Notification, notificationFrame } from './twilsock/notification.ts';

/** What waits to be written to one socket. */
export interface Outbox {
  /** Queues a finished frame. */
  sendFrame(frame: Buffer): void;
  /** Queues a finished frame that the peer will confirm, as it does notifications. */
  sendConfirmed(frame: Buffer): void;
  /** Queues a notification; neighbours of one group will share a frame. */
  notify(notification: Notification): void;
  /** From now on each notification leaves in a frame of its own, for a client that takes no more than one event at once. */
  keepApart(): void;
  /** Writes all that waits, now. */
  flush(): void;
  /** Bytes handed to the socket that the peer has not taken yet. */
  buffered(): number;
  /** Resolves when the peer has taken enough that more may be read from the database for it, or the socket has closed. */
  drained(): Promise<void>;
}

/** Runs what the outboxes have to write, once per turn of the event loop: one pass for all sockets. */
export interface Flusher {
  schedule(write: () => void): void;
}

export function createFlusher(): Flusher {
  let due: (() => void)[] = [];
  const run = (): void => {
    const writes = due;
    due = [];
    for (const write of writes) write();
  };
  return {
    schedule(write) {
      if (due.length === 0) setImmediate(run);
      due.push(write);
    },
  };
}

export interface OutboxOptions {
  transport: Transport;
  flusher: Flusher;
  maxBytes: number;
  /** Bytes at which reading ahead for the peer stops until it has taken them. */
  pauseBytes: number;
  /** So many packets that the peer will confirm were written, with these messages, which are the listener's to keep. */
  onWritten: (packets: number, messages: Map<number, number> | undefined) => void;
  /** A message is in what is being written. */
  onMessage?: ((message: NonNullable<Notification['brings']>) => void) | undefined;
  /** The peer does not read. It is cut off, and catches up when it returns (invariant 6). */
  onOverflow: () => void;
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { transport, flusher, maxBytes, pauseBytes, onWritten, onMessage, onOverflow } = options;
  /** Those in the queue that the peer will confirm. */
  const confirmed = new WeakSet<Buffer>();
  /** `undefined`: an update that a newer one of the same item has taken the place of. */
  let queue: (Buffer | Notification | undefined)[] = [];
  let queuedBytes = 0;
  /** Where in the queue the waiting update of an item is. */
  let updates = new Map<string, number>();
  let scheduled = false;
  let apart = false;
  let waiting: (() => void)[] = [];

  const buffered = (): number => transport.bufferedBytes() + queuedBytes;

  function wake(): void {
    if (waiting.length === 0 || (buffered() > pauseBytes && transport.isOpen())) return;
    const due = waiting;
    waiting = [];
    for (const resolve of due) resolve();
  }

  function clear(): (Buffer | Notification | undefined)[] {
    const items = queue;
    queue = [];
    queuedBytes = 0;
    updates = new Map();
    return items;
  }

  function enqueue(item: Buffer | Notification): void {
    if (!transport.isOpen()) return;
    // What waited before counts, not what comes now: the answer to one request may be larger than the bound, and is its reader's own.
    if (buffered() > maxBytes) {
      clear();
      onOverflow();
      return;
    }
    queue.push(item);
    queuedBytes += sizeOf(item);
    schedule();
  }

  /** Of the updates of one item only the newest need be written (invariant 3). It takes its own place, so that ids go on rising. */
  function merge(key: string): void {
    const at = updates.get(key);
    updates.set(key, queue.length);
    const superseded = at === undefined ? undefined : queue[at];
    if (at === undefined || superseded === undefined) return;
    queuedBytes -= sizeOf(superseded);
    queue[at] = undefined;
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    flusher.schedule(write);
  }

  /** Holds back what is for a peer that has not taken what it has: there it can still be merged. */
  function write(): void {
    scheduled = false;
    if (transport.bufferedBytes() <= pauseBytes) flush();
  }

  function flush(): void {
    const items = clear();
    if (transport.isOpen()) {
      const packets = packetsOf(items, apart);
      transport.write(packets.map(frameOf));
      tellWritten(packets);
    }
    wake();
  }

  function tellWritten(packets: readonly Packet[]): void {
    let asked = 0;
    let messages: Map<number, number> | undefined;
    for (const packet of packets) {
      if (Buffer.isBuffer(packet)) {
        if (confirmed.has(packet)) asked += 1;
        continue;
      }
      asked += 1;
      for (const { brings } of packet) {
        if (brings === undefined) continue;
        messages ??= new Map();
        raise(messages, brings.conversationId, brings.index);
        onMessage?.(brings);
      }
    }
    if (asked > 0) onWritten(asked, messages);
  }

  transport.onDrain(() => {
    if (queue.length > 0) schedule();
    wake();
  });
  transport.onClose(wake);

  return {
    sendFrame: enqueue,
    sendConfirmed(frame) {
      confirmed.add(frame);
      enqueue(frame);
    },
    notify(notification) {
      if (notification.updateOf !== undefined && transport.isOpen()) merge(notification.updateOf);
      enqueue(notification);
    },
    keepApart() {
      apart = true;
    },
    flush,
    buffered,
    drained() {
      if (buffered() <= pauseBytes || !transport.isOpen()) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}

function sizeOf(item: Buffer | Notification): number {
  return Buffer.isBuffer(item) ? item.length : (item.event ?? item.envelope).length;
}

/** What leaves in one frame: a finished one, or notifications of one group. */
type Packet = Buffer | [Notification, ...Notification[]];

function frameOf(packet: Packet): Buffer {
  return Buffer.isBuffer(packet) ? packet : notificationFrame(packet);
}

/** What waits, in order: neighbouring notifications of one group become one packet, unless they are to be kept apart. */
function packetsOf(items: readonly (Buffer | Notification | undefined)[], apart: boolean): Packet[] {
  const packets: Packet[] = [];
  let group: [Notification, ...Notification[]] | undefined;
  for (const item of items) {
    if (item === undefined) continue;
    if (Buffer.isBuffer(item)) {
      group = undefined;
      packets.push(item);
    } else if (group !== undefined && !apart && joins(group[0], item)) group.push(item);
    else {
      group = [item];
      packets.push(group);
    }
  }
  return packets;
}

function joins(a: Notification, b: Notification): boolean {
  return a.messageType === b.messageType && a.envelope === b.envelope;
}
