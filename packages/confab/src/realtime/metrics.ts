import { Counter, Gauge, type Registry } from 'prom-client';
import type { BadFrame } from './bad-frame.ts';

export interface RealtimeMetrics {
  connected(): void;
  disconnected(): void;
  refused(code: number): void;
  requested(status: number): void;
  badFrame(why: BadFrame): void;
  initTimedOut(): void;
  subscriptionRefused(): void;
  silent(): void;
  cutOff(): void;
  backpressure(): void;
  loginDeferred(): void;
}

/** What is looked at when the metrics are read. */
export interface RealtimeState {
  hub: { statistics(): { objects: number; gaps: number } };
  /** For each connection, bytes that its client has not taken yet. */
  unreadBytes(): number[];
}

/** What the sockets count, under `confab_realtime_…`. Each limit of a connection shows here when it is met (invariant 6). */
export function createRealtimeMetrics(registry: Registry, { hub, unreadBytes }: RealtimeState): RealtimeMetrics {
  const registers = [registry];
  const connections = new Gauge({
    name: 'confab_realtime_connections',
    help: 'Clients that are logged in.',
    registers,
  });
  const refusals = new Counter({
    name: 'confab_realtime_logins_refused_total',
    help: 'Access Tokens that were refused, by code.',
    labelNames: ['code'],
    registers,
  });
  const requests = new Counter({
    name: 'confab_realtime_requests_total',
    help: 'Tunnelled requests, by HTTP status.',
    labelNames: ['status'],
    registers,
  });
  const badFrames = new Counter({
    name: 'confab_realtime_bad_frames_total',
    help: 'What clients sent that was no packet of the protocol, or over a limit, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const reasons: readonly BadFrame[] = ['malformed', 'too_large', 'too_deep'];
  // Present from the start: a rise from nothing is not seen as one.
  for (const reason of reasons) badFrames.inc({ reason }, 0);
  const initTimeouts = new Counter({
    name: 'confab_realtime_init_timeouts_total',
    help: 'Connections that were closed because they did not sign in in time.',
    registers,
  });
  const refusedSubscriptions = new Counter({
    name: 'confab_realtime_subscriptions_refused_total',
    help: 'Subscriptions that were refused because their connection had too many.',
    registers,
  });
  const silences = new Counter({
    name: 'confab_realtime_silent_total',
    help: 'Clients that were dropped because they did not answer a ping.',
    registers,
  });
  const cutOffs = new Counter({
    name: 'confab_realtime_cut_off_total',
    help: 'Clients that were cut off because they did not read.',
    registers,
  });
  const deferred = new Counter({
    name: 'confab_realtime_logins_deferred_total',
    help: 'Clients that were told to come again because too many logged in at once.',
    registers,
  });
  const pauses = new Counter({
    name: 'confab_realtime_paused_total',
    help: 'Times that a client was not read from because it had too many requests in flight.',
    registers,
  });
  new Gauge({
    name: 'confab_realtime_unread_bytes',
    help: 'Bytes for clients that they have not taken yet.',
    registers,
    collect() {
      this.set(unreadBytes().reduce((sum, bytes) => sum + bytes, 0));
    },
  });
  new Gauge({
    name: 'confab_realtime_unread_bytes_largest',
    help: 'The same of the one client for which there are most.',
    registers,
    collect() {
      this.set(unreadBytes().reduce((largest, bytes) => Math.max(largest, bytes), 0));
    },
  });
  new Gauge({
    name: 'confab_sync_objects',
    help: 'Sync objects that clients of this node are subscribed to.',
    registers,
    collect() {
      this.set(hub.statistics().objects);
    },
  });
  new Gauge({
    name: 'confab_sync_gaps_total',
    help: 'Jumps in event ids that were filled from the database.',
    registers,
    collect() {
      this.set(hub.statistics().gaps);
    },
  });
  return {
    connected: () => connections.inc(),
    disconnected: () => connections.dec(),
    refused: (code) => refusals.inc({ code }),
    requested: (status) => requests.inc({ status }),
    badFrame: (reason) => badFrames.inc({ reason }),
    initTimedOut: () => initTimeouts.inc(),
    subscriptionRefused: () => refusedSubscriptions.inc(),
    silent: () => silences.inc(),
    cutOff: () => cutOffs.inc(),
    backpressure: () => pauses.inc(),
    loginDeferred: () => deferred.inc(),
  };
}
