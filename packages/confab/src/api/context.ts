import type { Execute, JoinPolicy, SessionFilter } from '../domain/index.ts';
import type { HttpContext } from '../http/index.ts';

/** What the REST API works with: queries on `read`, changes through `execute` and nothing else. */
export interface ApiContext
  extends Pick<HttpContext, 'config' | 'limits' | 'read' | 'secretBox' | 'clock' | 'keyUses'> {
  readonly execute: Execute;
  readonly joinPolicy: JoinPolicy;
  /** The live SDK connections of this node that match, of whatever account, the longest connected first. */
  sessions(filter: SessionFilter): readonly LiveSession[];
  /** Something is due now, and need not wait for its turn. */
  wakeTimers(): void;
  /** A webhook is to be sent now. */
  wakeWebhooks(): void;
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
