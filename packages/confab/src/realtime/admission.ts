import type { Logger } from 'pino';
import type { CancelTimer } from '../clock.ts';
import { CLOSE } from './close-code.ts';
import type { RealtimeContext } from './context.ts';
import { login, type Session } from './login.ts';
import { loginRefusal, type RefusalStatus } from './refusal.ts';
import { limitStranger } from './stranger-limit.ts';
import type { Transport } from './transport.ts';
import type { ClientPacket } from './twilsock/packet.ts';
import { statusOf } from './twilsock/status.ts';

export type InitPacket = ClientPacket & { method: 'init' };

/** What a connection lets its admission do. */
export interface AdmissionOptions {
  context: RealtimeContext;
  transport: Transport;
  logger: Logger;
  /** Undefined when it is no packet: the client has been told, or let go. */
  parse(data: Buffer): ClientPacket | undefined;
  reply(id: string, fields: object, body?: object): void;
  close(code: number, reason: string): void;
  refuse(id: string, status: RefusalStatus): void;
  /** The token is good. `mark` was taken before its rights were looked up. The client's time runs till `done` is called. */
  onAdmitted(packet: InitPacket, session: Session, mark: number): Promise<void>;
}

/** The way of a client from its socket to its login: one small frame, a short time, and its turn (invariant 6; protocol 3.2). */
export interface Admission {
  received(data: Buffer): void;
  /** The client is logged in. */
  done(): void;
  /** The connection closes: it has no time to keep and no place in the line any more. What the peer still sends is counted all the same. */
  abandon(): void;
}

export function admit(options: AdmissionOptions): Admission {
  const { context, transport, logger, parse, reply, close, refuse, onAdmitted } = options;
  const { clock, limits, metrics, loginGate, sessions } = context;
  let asked = false;
  let ended = false;
  let giveUpPlace = (): void => {};
  /** Runs while the client is waited for: till `init` is here, and while it is worked on; not while it waits for its turn. */
  let cancelTimeout = expectLogin();
  const stopCounting = limitStranger(transport, limits.preInitFrameBytes, () => {
    metrics.badFrame('too_large');
    transport.terminate();
  });

  function expectLogin(): CancelTimer {
    return clock.setTimer(() => {
      metrics.initTimedOut();
      close(CLOSE.protocolError, 'the login did not come to its end in time');
    }, limits.initTimeoutMs);
  }

  /** Too many log in at this moment: the client is told when to dial again, each at another time (protocol 3.2). */
  function busy(id: string): void {
    metrics.loginDeferred();
    const backoff = { reconnect_min_ms: loginGate.backoffMs() };
    reply(id, { status: { ...statusOf(429), errorCode: 20429 } }, { backoff_policy: backoff });
    close(CLOSE.tryAgainLater, 'too many clients log in');
  }

  function abandon(): void {
    ended = true;
    cancelTimeout();
    giveUpPlace();
  }

  async function logIn(packet: InitPacket): Promise<void> {
    cancelTimeout();
    const place = loginGate.enter();
    if (place === undefined) {
      busy(packet.id);
      return;
    }
    giveUpPlace = place.giveUp;
    cancelTimeout = clock.setTimer(place.giveUp, limits.loginWaitMs);
    const leave = await place.turn;
    cancelTimeout();
    if (ended) {
      leave?.();
      return;
    }
    if (leave === undefined) {
      busy(packet.id);
      return;
    }
    cancelTimeout = expectLogin();
    // Before rights are looked up, and not before the wait.
    const mark = sessions.mark();
    let session: Session;
    try {
      session = await login(context, packet.token, packet.continuationToken);
    } catch (error) {
      refuse(packet.id, loginRefusal(error, context, logger));
      return;
    } finally {
      leave();
    }
    await onAdmitted(packet, session, mark);
  }

  return {
    received(data) {
      if (asked) {
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
      asked = true;
      logIn(packet).catch((error: unknown) => {
        logger.error({ err: error }, 'login failed');
        refuse(packet.id, statusOf(500));
      });
    },
    done() {
      abandon();
      stopCounting();
    },
    abandon,
  };
}
