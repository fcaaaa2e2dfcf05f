import type { Limits } from '../../config/index.ts';
import type { Execute, JoinPolicy, ReadDb, UserActor } from '../../domain/index.ts';
import type { SessionLists } from '../session-layer/session-lists.ts';
import type { Subscriptions } from '../sync/subscriptions.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { TypingSignals } from '../typing.ts';

/** What the handlers of one connection's requests work with. */
export interface ClientContext {
  actor: UserActor;
  read: ReadDb;
  execute: Execute;
  limits: Limits;
  joinPolicy: JoinPolicy;
  subscriptions: Subscriptions;
  typing: TypingSignals;
  /** Those of SDK 1.2; no other client makes any. */
  sessionLists: SessionLists;
  /** From now on the client gets one event at a time. */
  sendEventsApart: () => void;
  /** Answers another request of the same client. */
  answer: (request: TunnelRequest) => Promise<TunnelResponse>;
  /** What the token names at present for its user's devices. */
  pushCredentialSid: () => string | undefined;
  /** Scheme and host under which the client reaches this server, for links that it calls directly. */
  publicBase: string;
}
