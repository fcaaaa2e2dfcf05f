import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import type { Execute, JoinPolicy, KeyUses, ReadDb } from '../domain/index.ts';
import type { MessageTraces } from '../message-traces.ts';
import type { SecretBox } from '../secrets/index.ts';
import type { ContinuationTokens } from './continuation-token.ts';
import type { Deliveries } from './deliveries.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { LoginGate } from './login-gate.ts';
import type { RealtimeMetrics } from './metrics.ts';
import type { Flusher } from './outbox.ts';
import type { Presence } from './presence.ts';
import type { Hub } from './sync/hub.ts';
import type { Taps } from './taps/taps.ts';
import type { TypingSignals } from './typing.ts';

/** What all connections of a node share. */
export interface RealtimeContext {
  read: ReadDb;
  execute: Execute;
  secretBox: SecretBox;
  clock: Clock;
  keyUses: KeyUses;
  limits: Limits;
  joinPolicy: JoinPolicy;
  logger: Logger;
  hub: Hub;
  sessions: LiveSessions;
  taps: Taps;
  loginGate: LoginGate;
  flusher: Flusher;
  deliveries: Deliveries;
  presence: Presence;
  typing: TypingSignals;
  continuationTokens: ContinuationTokens;
  metrics: RealtimeMetrics;
  /** What this node did with the newest messages. */
  traces: MessageTraces;
  /** Resolves so many ms later, whatever the clock is set to meanwhile. Keeps no process alive. */
  wait: (ms: number) => Promise<void>;
  /** The database's life (invariant 11). */
  epoch: () => string;
  /** Development mode: refusals say exactly what is wrong. */
  dev: boolean;
}
