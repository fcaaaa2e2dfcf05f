import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { WebSocketServer } from 'ws';
import type { Touch, Typing } from '../bus/index.ts';
import type { CancelTimer } from '../clock.ts';
import {
  type ChangeSet,
  type ConnectionControl,
  checkConnectionControl,
  matchesFilter,
  type Recheck,
  type SessionFilter,
  type Tap,
  type UserActor,
} from '../domain/index.ts';
import { createMessageTraces, type MessageTraces } from '../message-traces.ts';
import { type Connection, serveConnection } from './connection.ts';
import type { RealtimeContext } from './context.ts';
import { createContinuationTokens } from './continuation-token.ts';
import { createDeliveries } from './deliveries.ts';
import { createLiveSessions, type LiveSession } from './live-sessions.ts';
import { login } from './login.ts';
import { createLoginGate } from './login-gate.ts';
import { createRealtimeMetrics } from './metrics.ts';
import { createFlusher } from './outbox.ts';
import { createPresence, type RenewLease } from './presence.ts';
import { createHub } from './sync/hub.ts';
import { createTaps } from './taps/taps.ts';
import type { Transport } from './transport.ts';
import { createTypingSignals } from './typing.ts';
import { webSocketTransport } from './web-socket-transport.ts';

/** Path of the socket (design 5). */
export type { LiveSession };

export const SOCKET_PATH = '/v3/wsconnect';

export interface Realtime {
  /** Takes over an HTTP upgrade to `SOCKET_PATH` whose host has been checked. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, publicBase: string): void;
  /** Serves a client whose transport is open already. `publicBase`: scheme and host under which the client reached us. */
  accept(transport: Transport, publicBase: string): void;
  /** What a commit of any node changed, from the bus. */
  changed(changeSet: ChangeSet): void;
  /** Hints without content, from a bus that carries ids only. */
  touched(touches: readonly Touch[], rechecks: readonly Recheck[]): void;
  /** The user whom an Access Token is for, judged as for a login. Throws TokenRefusal. */
  userOf(token: string): Promise<UserActor>;
  /** Somebody types, on any node. */
  typing(typing: Typing): void;
  /** Compares at once what this node serves with the database: hints were lost. */
  compareNow(): void;
  /** The sessions of this node. */
  sessions(filter?: SessionFilter): LiveSession[];
  /**
   * Drops or slows, at once, those of the sessions of this node that match. Returns how many there were. Throws DomainError for what no
   * connection could be told to do.
   */
  control(filter: SessionFilter, control: ConnectionControl): number;
  /**
   * Looks at what those connections of this node say that match, and that are of the account if one is given; at later ones too. Throws
   * DomainError (20429) when there are too many taps.
   */
  tap(filter: SessionFilter, accountSid?: string): Tap;
  connectionCount(): number;
  /** Drops every socket at once. Clients dial again. */
  dropAll(): void;
  /** Lets all clients go, after what is in flight has been answered; `timeoutMs` at most. */
  drain(timeoutMs: number): Promise<void>;
}

export interface RealtimeOptions
  extends Omit<
    RealtimeContext,
    | 'hub'
    | 'sessions'
    | 'taps'
    | 'loginGate'
    | 'flusher'
    | 'deliveries'
    | 'presence'
    | 'typing'
    | 'continuationTokens'
    | 'metrics'
    | 'traces'
    | 'wait'
  > {
  registry: Registry;
  /** Where it is noted what happens to messages when; nowhere else when absent. */
  traces?: MessageTraces | undefined;
  /** 32 bytes each, for nothing else: the one that signs, and any that signed before. */
  continuationKeys: readonly [Buffer, ...Buffer[]];
  renewLease: RenewLease;
  /** Tells all nodes, this one included. */
  tellTyping: (typing: Typing) => void;
  /** Numbers from 0 up to 1, for spreading clients in time: `Math.random` when absent. */
  random?: (() => number) | undefined;
  /** `setTimeout` when absent. */
  wait?: RealtimeContext['wait'] | undefined;
}

const realWait = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false });

/** The client-facing half of a node: WebSockets that speak the SDK's protocol. */
export function createRealtime(options: RealtimeOptions): Realtime {
  const {
    registry,
    continuationKeys,
    random = Math.random,
    wait = realWait,
    renewLease,
    tellTyping,
    traces = createMessageTraces(),
    ...shared
  } = options;
  const { read, limits, clock, logger } = shared;
  const onError = (error: unknown): void => logger.error({ err: error }, 'change could not be handed out');
  const hub = createHub({
    read,
    pageSize: limits.rowsPerStatement,
    clock,
    horizonMergeMembers: limits.readHorizonMergeMembers,
    horizonMergeMs: limits.readHorizonMergeMs,
    onHandOut: (change) => traces.heard(change, clock.now()),
    onError,
  });
  const sessions = createLiveSessions({ read, clock, onError });
  const taps = createTaps({ sessions: () => sessions.list(), clock, limits });
  const presence = createPresence({ read, execute: shared.execute, clock, limits, renewLease, onError });
  const recheck = (rechecks: readonly Recheck[]): void => {
    if (rechecks.length > 0) sessions.recheck(rechecks).catch(onError);
    if (rechecks.some(({ of }) => of === 'person')) taps.forgetAll();
    if (rechecks.some(({ of }) => of === 'service')) presence.refresh().catch(onError);
  };
  const connections = new Set<Connection>();
  const metrics = createRealtimeMetrics(registry, {
    hub,
    unreadBytes: () => [...connections].map((connection) => connection.unreadBytes()),
  });
  const deliveries = createDeliveries({
    execute: shared.execute,
    clock,
    intervalMs: limits.deliveredHorizonMs,
    onError,
  });
  const typing = createTypingSignals({ hub, clock, limits, tellNodes: tellTyping });
  const context: RealtimeContext = {
    ...shared,
    hub,
    sessions,
    taps,
    loginGate: createLoginGate({
      atOnce: limits.loginsAtOnce,
      waiting: limits.loginsWaiting,
      random,
    }),
    flusher: createFlusher(),
    deliveries,
    presence,
    typing,
    continuationTokens: createContinuationTokens(continuationKeys),
    metrics,
    traces,
    wait,
  };
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });

  const compare = async (): Promise<void> => {
    await Promise.all([hub.compareWithDatabase(), sessions.recheckAll(), presence.refresh()]);
  };
  let stopped = false;
  let cancelCompare: CancelTimer = () => {};
  const compareLater = (): void => {
    if (stopped) return;
    cancelCompare = clock.setTimer(() => {
      compare().catch(onError).finally(compareLater);
    }, limits.busCheckMs);
  };
  compareLater();

  function accept(transport: Transport, publicBase: string): void {
    const connection = serveConnection({
      context,
      transport,
      publicBase,
      requestId: `RQ${randomBytes(16).toString('hex')}`,
      onClosed: () => connections.delete(connection),
    });
    connections.add(connection);
  }

  function terminateAll(): void {
    for (const connection of [...connections]) connection.terminate();
  }

  return {
    upgrade(request, stream, head, publicBase) {
      server.handleUpgrade(request, stream, head, (socket) => accept(webSocketTransport(socket, stream), publicBase));
    },
    accept,
    changed({ changes, rechecks }) {
      hub.publish(changes);
      recheck(rechecks);
    },
    touched(touches, rechecks) {
      for (const { object, ownerSid, event } of touches) hub.touch(object, ownerSid, event);
      recheck(rechecks);
    },
    userOf: async (token) => (await login(context, token, null)).actor,
    typing: typing.received,
    compareNow() {
      compare().catch(onError);
    },
    sessions: (filter) => sessions.list(filter),
    tap: (filter, accountSid) =>
      taps.open({
        matches: (session) =>
          (accountSid === undefined || session.accountSid === accountSid) && matchesFilter(session, filter),
        connectionId: filter.connectionId,
      }),
    control(filter, asked) {
      const control = checkConnectionControl(limits, asked);
      const concerned = sessions.list(filter);
      for (const session of concerned) session.control(control);
      return concerned.length;
    },
    connectionCount: () => connections.size,
    dropAll: terminateAll,
    async drain(timeoutMs) {
      stopped = true;
      cancelCompare();
      sessions.stop();
      taps.closeAll();
      const drained = [...connections].map((connection, at) => connection.drain(at * spreadMs(connections.size)));
      await Promise.race([Promise.all(drained), wait(timeoutMs)]);
      terminateAll();
      await Promise.all([deliveries.flush(), presence.stop()]);
      server.close();
    },
  };
}

/** Clients are let go one after the other within this, so that they do not all dial the next server in the same moment. */
const DRAIN_SPREAD_MS = 2000;
const DRAIN_STEP_MS = 2;

function spreadMs(connections: number): number {
  return Math.min(DRAIN_STEP_MS, DRAIN_SPREAD_MS / connections);
}
