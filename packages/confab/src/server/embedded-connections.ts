import type { SessionFilter, Tap } from '../domain/index.ts';
import type { LiveSession, Realtime } from '../realtime/index.ts';

/** A client's live connection. */
export interface ConnectionInfo {
  readonly connectionId: string;
  readonly identity: string;
  readonly chatServiceSid: string;
  /** The client's word for itself, such as `JS/3.0.1`. */
  readonly sdk: string;
  readonly connectedAt: Date;
  readonly lastActivityAt: Date;
  /** Packets, without what the WebSocket puts around them. */
  readonly receivedFrames: number;
  readonly receivedBytes: number;
  readonly sentFrames: number;
  readonly sentBytes: number;
  /** Objects that it gets the changes of. */
  readonly subscriptions: number;
  /** Each way. */
  readonly delayMs: number;
  /** Each way; null: as much as goes. */
  readonly bytesPerSecond: number | null;
}

export interface DropOptions {
  /**
   * `cut`, when absent: without a word, as a network does. `close`: with `code` and `reason`. After both the SDK comes back by itself.
   * `dismiss`: it is told to stay away, and does.
   */
  how?: 'cut' | 'close' | 'dismiss' | undefined;
  /** WebSocket close code; 1001 when absent. */
  code?: number | undefined;
  reason?: string | undefined;
}

/** Of whom: every given member must match; all connections when none is given. Concerns those that are there now, not later ones. */
export type ConnectionFilter = Pick<
  SessionFilter,
  'identity' | 'connectionId' | 'apiKeySid' | 'tokenId' | 'serviceSid'
>;

/** The live connections of an embedded server. What is done is done when the call returns; each returns how many it concerned. */
export interface EmbeddedConnections {
  /** The longest connected first. */
  list(filter?: ConnectionFilter): ConnectionInfo[];
  drop(filter?: ConnectionFilter, options?: DropOptions): number;
  /** Everything arrives so many ms later, each way; up to the limit `connectionDelayMs`. */
  delay(ms: number, filter?: ConnectionFilter): number;
  /** So many bytes in a second, each way; at least 100. Who has more waiting than `outboxBytesPerConnection` is cut off, as on a slow network. */
  throttle(bytesPerSecond: number, filter?: ConnectionFilter): number;
  /** Neither delayed nor throttled any more: what was held back arrives now, in order. */
  clear(filter?: ConnectionFilter): number;
  /**
   * Looks at what they and the server say to each other, decoded and without secrets, until it is closed; of one `connectionId` until that is
   * gone. Later connections that match are looked at as well.
   */
  tap(filter?: ConnectionFilter): Tap;
}

export function embeddedConnections(realtime: Pick<Realtime, 'sessions' | 'control' | 'tap'>): EmbeddedConnections {
  return {
    list: (filter) => realtime.sessions(filter).map(infoOf),
    drop: (filter = {}, { how = 'cut', code = 1001, reason = '' } = {}) =>
      realtime.control(filter, { action: 'drop', how, code, reason }),
    delay: (delayMs, filter = {}) => reshape(filter, (shape) => ({ ...shape, delayMs })),
    throttle: (bytesPerSecond, filter = {}) => reshape(filter, (shape) => ({ ...shape, bytesPerSecond })),
    tap: (filter = {}) => realtime.tap(filter),
    clear: (filter = {}) => realtime.control(filter, { action: 'shape', delayMs: 0, bytesPerSecond: null }),
  };

  /** One after the other: what else slows each of them stays. */
  function reshape(filter: ConnectionFilter, change: (shape: LiveSession['line']['shape']) => typeof shape): number {
    const concerned = realtime.sessions(filter);
    for (const { connectionId, line } of concerned) {
      realtime.control({ connectionId }, { action: 'shape', ...change(line.shape) });
    }
    return concerned.length;
  }
}

function infoOf({ line, ...session }: LiveSession): ConnectionInfo {
  return {
    connectionId: session.connectionId,
    identity: session.identity,
    chatServiceSid: session.serviceSid,
    sdk: session.sdk,
    connectedAt: new Date(session.connectedAt),
    lastActivityAt: new Date(line.lastReceivedAt),
    ...line.traffic,
    subscriptions: session.subscriptions(),
    delayMs: line.shape.delayMs,
    bytesPerSecond: line.shape.bytesPerSecond,
  };
}
