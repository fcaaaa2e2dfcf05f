import { Counter, Gauge, type Registry } from 'prom-client';

export interface RealtimeMetrics {
  connected(): void;
  disconnected(): void;
  refused(code: number): void;
  requested(status: number): void;
  badFrame(): void;
  cutOff(): void;
  backpressure(): void;
  loginDeferred(): void;
}

/** What the sockets count, under `confab_realtime_…`. */
export function createRealtimeMetrics(
  registry: Registry,
  hub: { statistics(): { objects: number; gaps: number } },
): RealtimeMetrics {
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
    help: 'Messages that were no packet of the protocol, or over a limit.',
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
    badFrame: () => badFrames.inc(),
    cutOff: () => cutOffs.inc(),
    backpressure: () => pauses.inc(),
    loginDeferred: () => deferred.inc(),
  };
}
