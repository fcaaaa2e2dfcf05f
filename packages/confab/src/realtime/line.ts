import type { Clock } from '../clock.ts';
import { type Shape, UNSHAPED } from '../domain/index.ts';
import { type HeldMessages, holdMessages } from './held-messages.ts';
import type { Transport } from './transport.ts';

/** What has gone over a connection: packets, without what the WebSocket puts around them. */
export interface Traffic {
  readonly receivedFrames: number;
  readonly receivedBytes: number;
  readonly sentFrames: number;
  readonly sentBytes: number;
}

export type Direction = 'received' | 'sent';

/** Sees each packet as it goes over the connection. */
export type Observer = (direction: Direction, packet: Buffer) => void;

interface Slowed {
  shape: Shape;
  received: HeldMessages;
  sent: HeldMessages;
}

/**
 * The transport of a client with a meter on it, and what an operator may do to it: look on, and slow it down. What is held back on its way
 * out counts as not taken by the peer, so that a client on a slow line is treated as one that reads slowly. What is held back on its way
 * in is bounded by not reading more. A class, because there is one for each connection: its methods are shared.
 */
export class Line implements Transport {
  /** In ms. */
  lastReceivedAt: number;
  /** Absent when nobody looks on: then it costs nothing. */
  observer: Observer | undefined = undefined;
  readonly #traffic = { receivedFrames: 0, receivedBytes: 0, sentFrames: 0, sentBytes: 0 };
  readonly #inner: Transport;
  readonly #clock: Clock;
  readonly #maxHeldBytes: number;
  #slowed: Slowed | undefined = undefined;
  #pausedByOwner = false;
  #listener: (data: Buffer, isBinary: boolean) => void = () => {};
  #drainListeners: (() => void)[] = [];

  constructor(inner: Transport, clock: Clock, maxHeldBytes: number) {
    this.#inner = inner;
    this.#clock = clock;
    this.#maxHeldBytes = maxHeldBytes;
    this.lastReceivedAt = clock.now();
    inner.onMessage((data, isBinary) => {
      if (this.#slowed === undefined) this.#receive(data, isBinary);
      else this.#holdReceived(this.#slowed.received, data, isBinary);
    });
    inner.onDrain(() => this.#drained());
    inner.onClose(() => {
      this.#slowed?.received.forget();
      this.#slowed?.sent.forget();
    });
  }

  get traffic(): Traffic {
    return this.#traffic;
  }

  get shape(): Shape {
    return this.#slowed?.shape ?? UNSHAPED;
  }

  /** Slows both directions from now on, or no longer: then what waited goes at once. */
  reshape(shape: Shape): void {
    const isUnshaped = shape.delayMs === 0 && shape.bytesPerSecond === null;
    if (isUnshaped) {
      const slowed = this.#slowed;
      this.#slowed = undefined;
      slowed?.sent.release();
      slowed?.received.release();
    } else if (this.#slowed === undefined) {
      const { received, sent } = { received: holdMessages(this.#clock, shape), sent: holdMessages(this.#clock, shape) };
      this.#slowed = { shape, received, sent };
    } else {
      this.#slowed.shape = shape;
      this.#slowed.received.reshape(shape);
      this.#slowed.sent.reshape(shape);
    }
  }

  write(messages: readonly Buffer[]): void {
    const { sent } = this.#slowed ?? {};
    if (sent === undefined) {
      this.#send(messages);
      return;
    }
    for (const message of messages) {
      sent.hold(message.length, () => {
        this.#send([message]);
        // A transport that has taken it all at once does not tell.
        if (sent.bytes() === 0 && this.#inner.bufferedBytes() === 0) this.#drained();
      });
    }
  }

  bufferedBytes(): number {
    return this.#inner.bufferedBytes() + (this.#slowed?.sent.bytes() ?? 0);
  }

  isOpen(): boolean {
    return this.#inner.isOpen();
  }

  pause(): void {
    this.#pausedByOwner = true;
    this.#inner.pause();
  }

  resume(): void {
    this.#pausedByOwner = false;
    this.#readOn();
  }

  isPaused(): boolean {
    return this.#inner.isPaused();
  }

  /** What was held back goes before it: no goodbye waits longer than its client. */
  close(code: number, reason: string): void {
    this.#slowed?.sent.release();
    this.#inner.close(code, reason);
  }

  terminate(): void {
    this.#inner.terminate();
  }

  onMessage(listener: (data: Buffer, isBinary: boolean) => void): void {
    this.#listener = listener;
  }

  onBytes(listener: (count: number) => void): () => void {
    return this.#inner.onBytes(listener);
  }

  onDrain(listener: () => void): void {
    this.#drainListeners.push(listener);
  }

  onError(listener: (error: Error) => void): void {
    this.#inner.onError(listener);
  }

  onClose(listener: () => void): void {
    this.#inner.onClose(listener);
  }

  #send(messages: readonly Buffer[]): void {
    this.#traffic.sentFrames += messages.length;
    for (const message of messages) this.#traffic.sentBytes += message.length;
    if (this.observer !== undefined) for (const message of messages) this.observer('sent', message);
    this.#inner.write(messages);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#traffic.receivedFrames += 1;
    this.#traffic.receivedBytes += data.length;
    this.lastReceivedAt = this.#clock.now();
    this.observer?.('received', data);
    this.#listener(data, isBinary);
  }

  #holdReceived(received: HeldMessages, data: Buffer, isBinary: boolean): void {
    received.hold(data.length, () => {
      this.#receive(data, isBinary);
      this.#readOn();
    });
    if (received.bytes() > this.#maxHeldBytes) this.#inner.pause();
  }

  #readOn(): void {
    const held = this.#slowed?.received.bytes() ?? 0;
    if (!this.#pausedByOwner && held <= this.#maxHeldBytes && this.#inner.isPaused()) this.#inner.resume();
  }

  #drained(): void {
    if ((this.#slowed?.sent.bytes() ?? 0) > 0) return;
    for (const listener of this.#drainListeners) listener();
  }
}
