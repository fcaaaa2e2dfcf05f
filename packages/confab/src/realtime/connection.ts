import { UNSHAPED } from '../domain/index.ts';
import { createAcknowledgements } from './acknowledgements.ts';
import { admit, type InitPacket } from './admission.ts';
import { badFrameOf } from './bad-frame.ts';
import { CLOSE } from './close-code.ts';
import type { RealtimeContext } from './context.ts';
import { createDeliveryTrace } from './delivery-trace.ts';
import { type HeldToken, holdToken } from './held-token.ts';
import { type Keepalive, watchKeepalive } from './keepalive.ts';
import { Line } from './line.ts';
import type { Session } from './login.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import type { RefusalStatus } from './refusal.ts';
import { createRegistrations } from './registrations.ts';
import { createRequestWindow } from './request-window.ts';
import { type OpenSession, openSession } from './session.ts';
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

/** A dismissed client that does not close its socket within this has it cut. */
const DISMISS_MS = 5000;

/** Acknowledgements are most of what clients send: short, without payload, and needing nothing but to be heard. */
const SHORT_REPLY = 400;
const REPLY_METHOD = Buffer.from('"method":"reply"');

export function serveConnection(options: ConnectionOptions): Connection {
  const { context, publicBase, requestId, onClosed } = options;
  const { clock, limits, metrics } = context;
  const transport = new Line(options.transport, clock, limits.delayedBytesPerConnection);
  const logger = context.logger.child({ connection: requestId });
  const outbox = createOutbox({
    transport,
    flusher: context.flusher,
    maxBytes: limits.outboxBytesPerConnection,
    pauseBytes: limits.replayBytesPerConnection,
    onWritten: (packets, messages) => acknowledgements.written(packets, messages),
    onMessage: (message) => {
      if (open !== undefined) trace.written(message, open.session.actor.user.id);
    },
    onOverflow: () => {
      metrics.cutOff();
      logger.info('client cut off: it does not read');
      transport.terminate();
    },
  });
  const trace = createDeliveryTrace(context.traces, requestId, clock);
  const acknowledgements = createAcknowledgements((messages) => {
    trace.acknowledged(messages);
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

  let phase: 'stranger' | 'open' | 'closing' | 'closed' = 'stranger';
  let open: OpenSession | undefined;
  let heldToken: HeldToken | undefined;
  let keepalive: Keepalive | undefined;
  const admission = admit({ context, transport, logger, parse, reply, close, refuse, onAdmitted: letIn });

  /** Packets of the server's own: each has an id, under which the client confirms it. */
  let told = 0;
  function tell(method: 'ping' | 'client_update' | 'close', fields: object = {}): void {
    told += 1;
    outbox.sendConfirmed(encodeFrame({ method, id: `TMp${told}`, ...fields }));
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
    admission.abandon();
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
    // Who is told to stay away must hear it in time.
    transport.reshape(UNSHAPED);
    tell('close', { status: { ...statusOf(401), errorCode: 20101, description } });
    outbox.flush();
    phase = 'closing';
    clock.setTimer(() => transport.terminate(), DISMISS_MS);
  }

  transport.onMessage((data, isBinary) => {
    if (phase === 'closing' || phase === 'closed') return;
    keepalive?.heard();
    if (!isBinary) close(CLOSE.unsupportedData, 'packets are binary messages');
    else if (open === undefined) admission.received(data);
    else receive(data, open);
  });
  transport.onClose(() => {
    phase = 'closed';
    admission.abandon();
    requests.close();
    keepalive?.stop();
    heldToken?.drop();
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

  /** The token is good: the client is let in. */
  async function letIn(packet: InitPacket, session: Session, mark: number): Promise<void> {
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
    if (phase !== 'stranger') {
      opened.close();
      return;
    }
    open = opened;
    phase = 'open';
    admission.done();
    keepalive = keepWatch();
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
    const held = {
      context,
      logger,
      connectionId: requestId,
      sdk: packet.sdk,
      session: opened,
      isOpen: () => phase === 'open',
      onAboutToExpire: () => tell('client_update', { client_update_type: 'token_about_to_expire' }),
      terminate: () => transport.terminate(),
      close,
      dismiss,
      reply,
      refuse,
      line: transport,
    };
    heldToken = holdToken(held, mark);
  }

  /** From the login on: before it other times run. */
  function keepWatch(): Keepalive {
    let unreadAtPing = 0;
    return watchKeepalive(clock, {
      pingMs: limits.keepalivePingMs,
      replyMs: limits.keepaliveReplyMs,
      ping() {
        unreadAtPing = outbox.buffered();
        if (phase === 'open') tell('ping');
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
        requests.run(async () => heldToken?.renew(packet));
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
