import type { Logger } from 'pino';
import type { ConnectionControl } from '../domain/index.ts';
import { createOrderedTasks } from '../ordered-tasks.ts';
import type { RealtimeContext } from './context.ts';
import type { Line } from './line.ts';
import type { LiveSession } from './live-sessions.ts';
import { login, type Session } from './login.ts';
import { loginRefusal, type RefusalStatus } from './refusal.ts';
import type { OpenSession } from './session.ts';
import { watchTokenLife } from './token-life.ts';
import type { ClientPacket } from './twilsock/packet.ts';
import { statusOf } from './twilsock/status.ts';

/** What a connection lets its token do. */
export interface HeldTokenOptions {
  context: RealtimeContext;
  logger: Logger;
  connectionId: string;
  /** The client's word for itself. */
  sdk: string;
  session: OpenSession;
  isOpen(): boolean;
  onAboutToExpire(): void;
  line: Line;
  /** Drops the connection. */
  terminate(): void;
  /** Says goodbye to it. */
  close(code: number, reason: string): void;
  /** Tells the client to stay away. */
  dismiss(description: string): void;
  reply(id: string, fields: object): void;
  refuse(id: string, status: RefusalStatus): void;
}

/** The token by which a client is logged in: its end, its renewal, and what the operator sees and revocation finds of it. */
export interface HeldToken {
  /** Takes a new token for the same user (protocol 3.3). Subscriptions stay. One after the other, so that the last one asked for counts. */
  renew(packet: ClientPacket & { method: 'update' }): Promise<void>;
  /** The connection is gone. */
  drop(): void;
}

const ENDED = 'The session was ended.';

/** `mark` was taken before the rights of the session were looked up. */
export function holdToken(options: HeldTokenOptions, mark: number): HeldToken {
  const { context, logger, session, isOpen, terminate, dismiss, reply, refuse } = options;
  const { sessions, clock } = context;
  const connectedAt = clock.now();
  const renewals = createOrderedTasks();
  const life = watchTokenLife(clock, {
    onAboutToExpire: options.onAboutToExpire,
    // Dropped rather than closed with 410: the client dials again with the old token, is told 20104, and an app that renews the token
    // in its `tokenExpired` handler goes on (protocol 3.6).
    onExpired: terminate,
  });
  let live = liveSession(session.session);
  life.renew(live.tokenExpiresAt);
  sessions.add(live, mark);
  context.taps.connected(live);

  function liveSession({ actor, claims, secret, sessionEnds }: Session): LiveSession {
    return {
      connectionId: options.connectionId,
      accountSid: claims.accountSid,
      apiKeySid: claims.apiKeySid,
      secret,
      serviceSid: actor.service.sid,
      userId: actor.user.id,
      userSid: actor.user.sid,
      identity: actor.user.identity,
      tokenId: claims.jti,
      sdk: options.sdk,
      connectedAt,
      tokenExpiresAt: claims.expiresAt,
      sessionEnds,
      line: options.line,
      subscriptions: () => session.subscriptions(),
      recheckRights: () => session.recheckRights(),
      drop(reason) {
        logger.info({ reason }, 'client dropped');
        terminate();
      },
      end: () => dismiss(ENDED),
      control(control) {
        if (control.action === 'shape') options.line.reshape(control);
        else {
          logger.info({ how: control.how }, 'client dropped by the operator');
          dropAs(control);
        }
      },
    };
  }

  function dropAs({ how, code, reason }: ConnectionControl & { action: 'drop' }): void {
    if (how === 'cut') terminate();
    else if (how === 'close') options.close(code, reason);
    else dismiss(reason === '' ? ENDED : reason);
  }

  async function renew({ id, token }: ClientPacket & { method: 'update' }): Promise<void> {
    const mark = sessions.mark();
    let renewed: Session;
    try {
      renewed = await login(context, token, null);
      // What was ended under the token before: the new one, which knows of it, would be a way round.
      await sessions.applyEnds(live);
    } catch (error) {
      refuse(id, loginRefusal(error, context, logger));
      return;
    }
    if (!isOpen()) return;
    const { service, user } = session.session.actor;
    if (renewed.actor.user.id !== user.id || renewed.actor.service.id !== service.id) {
      refuse(id, { ...statusOf(401), errorCode: 51130, description: 'The token is for another user or service.' });
      return;
    }
    life.renew(renewed.claims.expiresAt);
    sessions.remove(live);
    live = liveSession(renewed);
    session.renewed(renewed);
    sessions.add(live, mark);
    reply(id, { status: statusOf(200) });
  }

  return {
    renew: (packet) =>
      renewals.run('', () =>
        renew(packet).catch((error: unknown) => {
          logger.error({ err: error }, 'token renewal failed');
          refuse(packet.id, statusOf(500));
        }),
      ),
    drop() {
      life.stop();
      sessions.remove(live);
      context.taps.disconnected(live);
    },
  };
}
