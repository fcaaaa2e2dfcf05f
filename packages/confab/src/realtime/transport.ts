/**
 * A client's socket, as far as the protocol needs it: messages in, messages out, and how much of what went out the peer has taken. The
 * connection does not know what carries them.
 *
 * Each event may have several listeners; they are called in the order in which they came.
 */
export interface Transport {
  /** Writes whole messages, in order and in one go. What is written to a transport that is not open is lost. */
  write(messages: readonly Buffer[]): void;
  /** Bytes that were written and that the peer has not taken yet. */
  bufferedBytes(): number;
  /** Until it is closed by either side or cut. */
  isOpen(): boolean;
  /** Stops reading, so that the peer has to wait. */
  pause(): void;
  resume(): void;
  isPaused(): boolean;
  /** Says goodbye after what was written (RFC 6455 7.1.2). */
  close(code: number, reason: string): void;
  /** Cuts it at once; what was written may be lost. */
  terminate(): void;

  onMessage(listener: (data: Buffer, isBinary: boolean) => void): void;
  /** Raw bytes came, whole message or not. Returns how to stop listening. */
  onBytes(listener: (count: number) => void): () => void;
  /** The peer has taken everything, after it had not. */
  onDrain(listener: () => void): void;
  /** The peer broke the rules of what carries the messages; the transport closes itself. */
  onError(listener: (error: Error) => void): void;
  /** Nothing comes or goes any more. Called once. */
  onClose(listener: () => void): void;
}
