import { TokenRefusal } from '@confab/access-token/verify';
import type { CancelTimer } from '../clock.ts';
import { DomainError } from '../domain/index.ts';
import { createAcknowledgements } from './acknowledgements.ts';
import { badFrameOf } from './bad-frame.ts';
import type { RealtimeContext } from './context.ts';
import { watchKeepalive } from './keepalive.ts';
import type { LiveSession } from './live-sessions.ts';
import { login, type Session } from './login.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { errorAnswer, type RefusalStatus, tokenRefusalStatus } from './refusal.ts';
import { createRegistrations } from './registrations.ts';
import { createRequestWindow } from './request-window.ts';
import { type OpenSession, openSession } from './session.ts';
import { limitStranger } from './stranger-limit.ts';
import { watchTokenLife } from './token-life.ts';
import type { Transport } from './transport.ts';
import { decodeFrame, encodeFrame, FrameError } from './twilsock/frame.ts';
import { type ClientPacket, PacketError, readPacket } from './twilsock/packet.ts';
import { statusOf } from './twilsock/status.ts';

/** One client's connection. */
export interface Connection {
  /** What its client has not taken yet. */
  unreadBytes(): number;
  /** Drops it at once. */
  terminate(): void;
  /** After `afterMs` finishes what is in flight, then lets the client go elsewhere. Resolves when the socket is closed. */
  drain(afterMs: number): Promise<void>;
}

export interface ConnectionOptions {
  context: RealtimeContext;
  transport: Transport;
  /** Scheme and host under which the client reached us. */
  publicBase: string;
  requestId: string;
  onClosed: () => void;
}

/** WebSocket close codes (RFC 6455 7.4.1; 1013 from the IANA registry). The SDK ignores them and dials again (protocol 3.1); they are for people who look. */
const CLOSE = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  tooBig: 1009,
  tryAgainLater: 1013,
} as const;

/** A dismissed client that does not close its socket within this has it cut. */
const DISMISS_MS = 5000;

/** Acknowledgements are most of what clients send: short, without payload, and needing nothing but to be heard. */
const SHORT_REPLY = 400;
const REPLY_METHOD = Buffer.from('"method":"reply"');

export function serveConnection(options: ConnectionOptions): Connection {
  const { context, transport, publicBase, requestId, onClosed } = options;
  const { clock, limits, metrics } = context;
  const logger = context.logger.child({ connection: requestId });
  const outbox = createOutbox({
    transport,
    flusher: context.flusher,
    maxBytes: limits.outboxBytesPerConnection,
    pauseBytes: limits.replayBytesPerConnection,
    onWritten: (packets, messages) => acknowledgements.written(packets, messages),
    onOverflow: () => {
      metrics.cutOff();
      logger.info('client cut off: it does not read');
      transport.terminate();
    },
  });
  const acknowledgements = createAcknowledgements((messages) => {
    if (open !== undefined) context.deliveries.acknowledged(open.session.actor.user.id, messages);
  });
  const registrations = createRegistrations();
  const registeredOutbox: Outbox = {
    ...outbox,
    notify(notification) {
      if (registrations.has(notification.messageType)) outbox.notify(notification);
    },
  };
  const requests = createRequestWindow({
    limit: limits.requestsInFlightPerConnection,
    onFull() {
      metrics.backpressure();
      transport.pause();
    },
    onRoom: () => transport.resume(),
    onError: (error) => logger.error({ err: error }, 'request could not be answered'),
  });

  let phase: 'waiting' | 'logging in' | 'open' | 'closing' | 'closed' = 'waiting';
  let open: OpenSession | undefined;
  let live: LiveSession | undefined;
  /** Runs while the client is waited for: till `init` is here, and while it is worked on; not while it waits for its turn. */
  let cancelInitTimeout = expectLogin();
  const admit = limitStranger(transport, limits.preInitFrameBytes, () => {
    metrics.badFrame('too_large');
    transport.terminate();
  });
  let unreadAtPing = 0;
  const keepalive = watchKeepalive(clock, {
    pingMs: limits.keepalivePingMs,
    replyMs: limits.keepaliveReplyMs,
    ping() {
      unreadAtPing = outbox.buffered();
      if (phase === 'open') outbox.sendConfirmed(encodeFrame({ method: 'ping', id: nextPingId() }));
    },
    // Not heard because it is not read from: its requests wait for the database, or for the client to take the answers before, which it does.
    isDeaf: () =>
      transport.isPaused() && outbox.buffered() <= Math.max(unreadAtPing - 1, limits.replayBytesPerConnection),
    onSilence: () => {
      metrics.silent();
      logger.info('client gone: it does not answer');
      transport.terminate();
    },
  });
  const tokenLife = watchTokenLife(clock, {
    onAboutToExpire: () =>
      outbox.sendConfirmed(
        encodeFrame({ method: 'client_update', id: nextPingId(), client_update_type: 'token_about_to_expire' }),
      ),
    // Dropped rather than closed with 410: the client dials again with the old token, is told 20104, and an app that renews the token
    // in its `tokenExpired` handler goes on (protocol 3.6).
    onExpired: () => transport.terminate(),
  });

  let pings = 0;
  function nextPingId(): string {
    pings += 1;
    return `TMp${pings}`;
  }

  function reply(id: string, fields: object, body?: object): void {
    if (body === undefined) outbox.sendFrame(encodeFrame({ method: 'reply', id, ...fields }));
    else {
      outbox.sendFrame(
        encodeFrame({ method: 'reply', id, ...fields, payload_type: 'application/json' }, JSON.stringify(body)),
      );
    }
  }

  /** Nothing that the peer sends from now on is heard, whether or not it takes notice. */
  function close(code: number, reason: string): void {
    if (phase === 'closing' || phase === 'closed') return;
    phase = 'closing';
    outbox.flush();
    transport.close(code, reason);
  }

  /**
   * Tells the client to stay away: it becomes `disconnected` and does not dial again (protocol 3.5), and closes the socket itself. Whether
   * it does or not, nothing is told to it and nothing done for it any more.
   */
  function dismiss(description: string): void {
    if (phase !== 'open') return;
    open?.close();
    requests.close();
    outbox.sendFrame(
      encodeFrame({ method: 'close', id: nextPingId(), status: { ...statusOf(401), errorCode: 20101, description } }),
    );
    outbox.flush();
    phase = 'closing';
    clock.setTimer(() => transport.terminate(), DISMISS_MS);
  }

  transport.onMessage((data, isBinary) => {
    if (phase === 'closing' || phase === 'closed') return;
    keepalive.heard();
    if (!isBinary) close(CLOSE.unsupportedData, 'packets are binary messages');
    else if (open === undefined) first(data);
    else receive(data, open);
  });
  transport.onClose(() => {
    phase = 'closed';
    admit();
    requests.close();
    cancelInitTimeout();
    keepalive.stop();
    tokenLife.stop();
    if (live !== undefined) context.sessions.remove(live);
    if (open !== undefined) {
      open.close();
      metrics.disconnected();
      logger.info('client disconnected');
    }
    onClosed();
  });
  transport.onError((error) => {
    // Over-long and malformed WebSocket frames end here; `ws` closes the socket itself.
    metrics.badFrame(badFrameOf(error));
    logger.info({ reason: error.message }, 'socket error');
  });

  function parse(data: Buffer): ClientPacket | undefined {
    try {
      return readPacket(decodeFrame(data, limits.jsonDepth), limits.jsonDepth);
    } catch (error) {
      if (error instanceof Error) metrics.badFrame(badFrameOf(error));
      if (error instanceof PacketError) {
        reply(error.id, { status: { ...statusOf(400), description: error.message } });
        return undefined;
      }
      if (!(error instanceof FrameError)) throw error;
      close(CLOSE.protocolError, error.message.slice(0, 100));
      return undefined;
    }
  }

  function expectLogin(): CancelTimer {
    return clock.setTimer(() => {
      if (phase === 'waiting' || phase === 'logging in') metrics.initTimedOut();
      close(CLOSE.protocolError, 'the login did not come to its end in time');
    }, limits.initTimeoutMs);
  }

  /** Before its token is verified a client has one small frame and a short time (invariant 6). */
  function first(data: Buffer): void {
    if (phase === 'logging in') {
      close(CLOSE.protocolError, 'the answer to init must be awaited');
      return;
    }
    if (data.length > limits.preInitFrameBytes) {
      metrics.badFrame('too_large');
      close(CLOSE.tooBig, 'init is too large');
      return;
    }
    const packet = parse(data);
    if (packet?.method !== 'init') {
      close(CLOSE.protocolError, packet === undefined ? 'init cannot be read' : 'init must come first');
      return;
    }
    phase = 'logging in';
    logIn(packet).catch((error: unknown) => loginFailed(packet.id, error));
  }

  /** Too many log in at this moment: the client is told when to dial again, each at another time (protocol 3.2). */
  function busy(id: string): void {
    const backoff = { reconnect_min_ms: context.loginGate.backoffMs() };
    reply(id, { status: { ...statusOf(429), errorCode: 20429 } }, { backoff_policy: backoff });
    close(CLOSE.tryAgainLater, 'too many clients log in');
  }

  function loginFailed(id: string, error: unknown): void {
    logger.error({ err: error }, 'login failed');
    refuse(id, statusOf(500));
  }

  async function logIn(packet: ClientPacket & { method: 'init' }): Promise<void> {
    cancelInitTimeout();
    const turn = context.loginGate.enter();
    if (turn === undefined) {
      busy(packet.id);
      return;
    }
    const leave = await turn;
    if (phase !== 'logging in') {
      leave();
      return;
    }
    cancelInitTimeout = expectLogin();
    // Before rights are looked up, and not before the wait.
    const mark = context.sessions.mark();
    let session: Session;
    try {
      session = await login(context, packet.token, packet.continuationToken);
    } catch (error) {
      refuse(packet.id, refusalOf(error));
      return;
    } finally {
      leave();
    }
    registrations.registerInit(packet.messageTypes);
    const opened = await openSession({
      context,
      session,
      outbox: registeredOutbox,
      publicBase,
      logger,
      onTooOld: () => dismiss('What this client missed is no longer kept. Make a new client.'),
      onBroken: () => transport.terminate(),
    });
    if (phase !== 'logging in') {
      opened.close();
      return;
    }
    open = opened;
    phase = 'open';
    admit();
    cancelInitTimeout();
    const { service, user } = session.actor;
    metrics.connected();
    logger.info(
      { service: service.sid, user: user.sid, key: session.claims.apiKeySid, sdk: packet.sdk },
      'client connected',
    );
    reply(packet.id, {
      status: statusOf(200),
      capabilities: ['client_update'],
      continuation_token: context.continuationTokens.issue(
        { epoch: context.epoch(), serviceSid: service.sid, userSid: user.sid },
        clock.now(),
      ),
      account_descriptor: {
        account_sid: service.account_sid,
        identity: user.identity,
        instance_sids: { ip_messaging: service.sid },
      },
    });
    tokenLife.renew(session.claims.expiresAt);
    keepLive(session, opened, packet.sdk, mark);
  }

  /** What the operator sees and revocation finds of this connection: by its present token. */
  function keepLive(session: Session, opened: OpenSession, sdk: string, mark: number): void {
    const since = live?.connectedAt ?? clock.now();
    if (live !== undefined) context.sessions.remove(live);
    live = liveSession(session, opened, sdk, since);
    context.sessions.add(live, mark);
  }

  function liveSession(
    { actor, claims, secret, sessionEnds }: Session,
    opened: OpenSession,
    sdk: string,
    since: number,
  ): LiveSession {
    return {
      connectionId: requestId,
      accountSid: claims.accountSid,
      apiKeySid: claims.apiKeySid,
      secret,
      serviceSid: actor.service.sid,
      userId: actor.user.id,
      userSid: actor.user.sid,
      identity: actor.user.identity,
      tokenId: claims.jti,
      sdk,
      connectedAt: since,
      tokenExpiresAt: claims.expiresAt,
      sessionEnds,
      recheckRights: () => opened.recheckRights(),
      drop(reason) {
        logger.info({ reason }, 'client dropped');
        transport.terminate();
      },
      end: () => dismiss('The session was ended.'),
    };
  }

  function refusalOf(error: unknown): RefusalStatus {
    if (error instanceof TokenRefusal) {
      metrics.refused(error.code);
      logger.info({ code: error.code, reason: error.reason }, 'token refused');
      return tokenRefusalStatus(error, context.dev);
    }
    if (error instanceof DomainError) return refusalOf(new TokenRefusal(20106, error.message));
    const known = errorAnswer(error);
    if (known === undefined) throw error;
    return { ...statusOf(known.status), errorCode: known.code, description: known.message };
  }

  function refuse(id: string, status: RefusalStatus): void {
    reply(id, { status });
    close(CLOSE.normal, 'refused');
  }

  function receive(data: Buffer, session: OpenSession): void {
    if (data.length < SHORT_REPLY && data.includes(REPLY_METHOD)) {
      acknowledgements.confirmed();
      return;
    }
    const packet = parse(data);
    if (packet === undefined) return;
    switch (packet.method) {
      case 'message':
        tunnel(packet, session);
        break;
      case 'update':
        // Through the window, like any request: each costs the work of a login.
        requests.run(() => update(packet, session).catch((error: unknown) => loginFailed(packet.id, error)));
        break;
      case 'put_notification_ctx': {
        const registered = registrations.register(packet.contextId, packet.messageTypes);
        reply(packet.id, { status: statusOf(registered ? 200 : 429) });
        break;
      }
      case 'delete_notification_ctx':
        registrations.remove(packet.contextId);
        reply(packet.id, { status: statusOf(200) });
        break;
      case 'ping':
        reply(packet.id, { status: statusOf(200) });
        break;
      case 'close':
        close(CLOSE.normal, 'closed by the client');
        break;
      case 'init':
        reply(packet.id, { status: { ...statusOf(409), description: 'This connection is logged in.' } });
        break;
      case 'unknown':
        reply(packet.id, { status: { ...statusOf(400), description: 'The method is not known.' } });
        break;
      case 'reply':
        acknowledgements.confirmed();
        break;
      case 'telemetry.v1':
        break;
    }
  }

  function tunnel(packet: ClientPacket & { method: 'message' }, session: OpenSession): void {
    requests.run(async () => {
      // A slow client that asks for much is answered as fast as it reads, rather than cut off over its own answers.
      await outbox.drained();
      const { status, body } = await session.request(packet);
      reply(packet.id, { status: statusOf(200), http_status: statusOf(status) }, body);
    });
  }

  /** A new token for the same user on a live connection (protocol 3.3). Subscriptions stay. */
  async function update(packet: ClientPacket & { method: 'update' }, opened: OpenSession): Promise<void> {
    const mark = context.sessions.mark();
    let renewed: Session;
    try {
      renewed = await login(context, packet.token, null);
    } catch (error) {
      refuse(packet.id, refusalOf(error));
      return;
    }
    if (phase !== 'open') return;
    const { actor } = opened.session;
    if (renewed.actor.user.id !== actor.user.id || renewed.actor.service.id !== actor.service.id) {
      const description = 'The token is for another user or service.';
      refuse(packet.id, { ...statusOf(401), errorCode: 51130, description });
      return;
    }
    tokenLife.renew(renewed.claims.expiresAt);
    keepLive(renewed, opened, live?.sdk ?? '', mark);
    reply(packet.id, { status: statusOf(200) });
  }

  return {
    unreadBytes: () => outbox.buffered(),
    terminate: () => transport.terminate(),
    async drain(afterMs) {
      if (phase === 'closed') return;
      const closed = new Promise<void>((resolve) => transport.onClose(resolve));
      await Promise.race([context.wait(afterMs), closed]);
      await requests.idle();
      // A dropped socket costs the client a second, a 308 more than three (protocol 3.5).
      close(CLOSE.goingAway, 'the server is going away');
      await closed;
    },
  };
}
