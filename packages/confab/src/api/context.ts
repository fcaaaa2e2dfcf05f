import type { Execute, JoinPolicy, SessionFilter, Shape, Tap } from '../domain/index.ts';
import type { EventFeed } from '../events/index.ts';
import type { HttpContext } from '../http/index.ts';
import type { MessageTraces } from '../message-traces.ts';
import type { HooksAfter } from '../webhooks/index.ts';

/** What the REST API works with: queries on `read`, changes through `execute` and nothing else. */
export interface ApiContext
  extends Pick<HttpContext, 'config' | 'limits' | 'read' | 'secretBox' | 'clock' | 'keyUses' | 'logger'> {
  readonly execute: Execute;
  readonly joinPolicy: JoinPolicy;
  /** The live SDK connections of this node that match, of whatever account, the longest connected first. */
  sessions(filter: SessionFilter): readonly LiveSession[];
  readonly connections: Connections;
  /** What this node did with the newest messages. Absent where nothing is handed out. */
  readonly traces?: Pick<MessageTraces, 'find'> | undefined;
  /** The event log, for those who follow it. Absent where nothing listens. */
  readonly events?: EventFeed | undefined;
  /** Something is due now, and need not wait for its turn. */
  wakeTimers(): void;
  /** A webhook is to be sent now. */
  wakeWebhooks(): void;
  readonly hooksAfter: HooksAfter;
}

/** A logged-in SDK connection, as the operator sees it. */
export interface LiveSession {
  readonly connectionId: string;
  readonly accountSid: string;
  readonly apiKeySid: string;
  readonly serviceSid: string;
  readonly userSid: string;
  readonly identity: string;
  /** The token's `jti`, if it has one. */
  readonly tokenId: string | undefined;
  /** The client's word for itself. */
  readonly sdk: string;
  /** In ms. */
  readonly connectedAt: number;
  /** Unix seconds. */
  readonly tokenExpiresAt: number;
}

/** The live connections of this node, to look at and to look into. */
export interface Connections {
  /** What the node is called where there are several. */
  readonly node: string;
  /** Those that match, of whatever account, the longest connected first. */
  list(filter: SessionFilter): readonly LiveConnection[];
  /** Looks at what those of the account say that match. Throws DomainError (20429) when there are too many taps. */
  tap(filter: SessionFilter, accountSid: string): Tap;
}

/** A session with what goes over its connection. */
export interface LiveConnection extends LiveSession {
  readonly line: {
    readonly traffic: {
      readonly receivedFrames: number;
      readonly receivedBytes: number;
      readonly sentFrames: number;
      readonly sentBytes: number;
    };
    readonly shape: Shape;
    /** When its client last said anything, in ms. */
    readonly lastReceivedAt: number;
  };
  /** How many Sync objects it is subscribed to. */
  subscriptions(): number;
}
