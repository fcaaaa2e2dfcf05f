import type { Readable } from 'node:stream';

/** Bytes `from` to `to`, both included. */
export interface ByteRange {
  from: number;
  to: number;
}

/** The storage cannot be reached, or cannot do now what it should. */
export class StorageUnavailableError extends Error {
  override readonly name = 'StorageUnavailableError';
}

export interface StoredKey {
  key: string;
  /** In ms, by the storage's own clock. */
  storedAt: number;
}

/**
 * Where the bytes of files are. Keys are SIDs, never text of a caller. A file never changes: it is there as a whole, or not at all.
 */
export interface MediaStorage {
  /** Takes over the bytes in a file of this machine. Resolves when they would survive a loss of power. The file may be gone then. */
  keep(key: string, file: string): Promise<void>;
  /** Undefined when there is none. */
  open(key: string, range?: ByteRange): Promise<Readable | undefined>;
  /** Does nothing when there is none. */
  remove(key: string): Promise<void>;
  /** Everything that is kept, in whatever order. */
  keys(): AsyncIterable<StoredKey>;
}
