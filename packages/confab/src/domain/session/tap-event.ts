/** A packet of the SDK's protocol, decoded, with nothing in it that lets anybody in. Names as in the protocol. */
export interface DescribedPacket {
  readonly bytes: number;
  /** Of the protocol, such as `message`, `reply`, `notification` (protocol 2.3); `unreadable` for what is no packet. */
  readonly method: string;
  readonly id?: string;
  readonly status?: number;
  /** Of a tunnelled request. */
  readonly request?: { readonly method: string; readonly path: string; readonly params?: unknown };
  /** Of the answer to one. */
  readonly httpStatus?: number;
  readonly messageType?: string;
  /** What it carries, when that is JSON and not too large. */
  readonly body?: unknown;
  /** So large is what it carries, when it is not told. */
  readonly bodyBytes?: number;
}

/** Whose packet, or whose connection that came or went. */
interface OfConnection {
  readonly connectionId: string;
  readonly identity: string;
  /** In ms. */
  readonly at: number;
}

/** What a tap tells, in the order in which it happened. `received` and `sent` are the server's doing. */
export type TapEvent =
  | ({ readonly type: 'connected'; readonly sdk: string } & OfConnection)
  | ({ readonly type: 'disconnected' } & OfConnection)
  | ({
      readonly type: 'packet';
      readonly direction: 'received' | 'sent';
      readonly packet: DescribedPacket;
    } & OfConnection)
  /** So many events are missing here: its reader was too slow. */
  | { readonly type: 'dropped'; readonly count: number };

/** A look at what connections say. Iterating ends with the tap: when it is closed, by either side, or its only connection is gone. */
export interface Tap extends AsyncIterable<TapEvent> {
  /** How many connections it looked at when it was opened. */
  readonly connections: number;
  close(): void;
}
