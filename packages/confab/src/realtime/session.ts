import type { Logger } from 'pino';
import type { SyncObject } from '../domain/index.ts';
import { createOrderedTasks } from '../ordered-tasks.ts';
import type { ClientContext } from './client-api/context.ts';
import { routeClientRequest } from './client-api/routes.ts';
import type { RealtimeContext } from './context.ts';
import type { Session } from './login.ts';
import type { Outbox } from './outbox.ts';
import { errorAnswer } from './refusal.ts';
import { createSessionLists } from './session-layer/session-lists.ts';
import type { Subscriber } from './sync/hub.ts';
import { createSubscriptions } from './sync/subscriptions.ts';
import { readTunnelRequest, type TunnelRequest, type TunnelResponse } from './tunnel/tunnel-request.ts';
import { JsonTooDeep } from './twilsock/json.ts';
import type { ClientPacket } from './twilsock/packet.ts';

/** What a logged-in connection does: requests, subscriptions, and losing what its user loses. */
export interface OpenSession {
  readonly session: Session;
  /** Answers a tunnelled request; never throws. */
  request(packet: ClientPacket & { method: 'message' }): Promise<TunnelResponse>;
  recheckRights(): void;
  /** A new token has taken the place of the one before. */
  renewed(session: Session): void;
  /** How many there are. */
  subscriptions(): number;
  close(): void;
}

export interface OpenSessionOptions {
  context: RealtimeContext;
  session: Session;
  outbox: Outbox;
  publicBase: string;
  logger: Logger;
  /** The client must start anew. */
  onTooOld: () => void;
  /** The client must come again. */
  onBroken: () => void;
}

/** Changes read at once for a replay. With the largest messages these are megabytes, and they are held until the client has read them. */
const REPLAY_PAGE = 100;

/** The product that the chat grant authorises (protocol 5). */
const CHAT_PRODUCT = 'ip_messaging';

export async function openSession({
  context,
  session,
  outbox,
  publicBase,
  logger,
  onTooOld,
  onBroken,
}: OpenSessionOptions): Promise<OpenSession> {
  const { read, execute, clock, hub, limits, joinPolicy, metrics, presence, typing } = context;
  const { actor } = session;
  const subscriptions = createSubscriptions({
    hub,
    read,
    actor,
    joinPolicy,
    outbox,
    maxSubscriptions: limits.subscriptionsPerConnection,
    pageSize: Math.min(limits.rowsPerStatement, REPLAY_PAGE),
    sliceSize: limits.replaySliceEvents,
    onTooMany: metrics.subscriptionRefused,
    onTooOld,
    onBroken,
    onError: (error) => logger.error({ err: error }, 'subscription failed'),
  });

  // The user's own map is watched whether or not the client subscribes to it: a client that never cancels loses its subscriptions
  // with the conversation all the same (invariant 7).
  const memberships: SyncObject = {
    kind: 'memberships',
    id: actor.user.id,
    user: { sid: actor.user.sid, service_sid: actor.service.sid },
  };
  const watcher: Subscriber = {
    position: -1,
    live: false,
    deliver(change) {
      if (change.object === 'memberships' && change.action === 'removed') subscriptions.revoke(change.key);
    },
    userId: actor.user.id,
    recheck: () => {},
    left: (conversationSid) => subscriptions.revoke(conversationSid),
    lost: onTooOld,
  };
  const observed = await hub.subscribe(memberships, watcher);
  watcher.position = observed?.head ?? 0;
  watcher.live = true;

  presence.opened(actor.user.id, actor.service.id);
  let closed = false;
  let { claims } = session;

  const clientContext: ClientContext = {
    actor,
    read,
    execute,
    limits,
    joinPolicy,
    subscriptions,
    typing,
    sessionLists: createSessionLists({ outbox, serviceSid: actor.service.sid, now: () => clock.now() }),
    sendEventsApart: outbox.keepApart,
    answer,
    pushCredentialSid: () => claims.grants.chat?.pushCredentialSid,
    publicBase,
  };
  const ordered = createOrderedTasks();

  async function answer(request: TunnelRequest): Promise<TunnelResponse> {
    const match = routeClientRequest(request);
    if (match === undefined) {
      const path = `/${request.segments.join('/')}`;
      return failure({ status: 404, code: 20404, message: `The requested resource ${path} was not found` });
    }
    try {
      return await match.handler(clientContext, request, match.path);
    } catch (error) {
      if (error instanceof Error && error.cause instanceof JsonTooDeep) metrics.badFrame('too_deep');
      const known = errorAnswer(error);
      if (known !== undefined) return failure(known);
      logger.error({ err: error, method: request.method }, 'client request failed');
      return failure({ status: 500, code: 20500, message: 'Internal Server Error' });
    }
  }

  return {
    session,
    async request({ activeGrant, request: httpRequest, payload }) {
      const request = readTunnelRequest(httpRequest, payload, limits.jsonDepth);
      const response =
        activeGrant === CHAT_PRODUCT
          ? // A client's changes to one conversation are made in the order in which it asked for them.
            await (request.method === 'GET' ? answer(request) : ordered.run(subjectOf(request), () => answer(request)))
          : failure({ status: 403, code: 20403, message: 'The token grants nothing but chat.' });
      metrics.requested(response.status);
      return response;
    },
    subscriptions: () => subscriptions.count(),
    recheckRights: () => subscriptions.recheckPeeks(),
    renewed(next) {
      claims = next.claims;
    },
    close() {
      if (closed) return;
      closed = true;
      presence.closed(actor.user.id);
      subscriptions.close();
      hub.unsubscribe(memberships, watcher);
    },
  };
}

/** `/Client/v2/Conversations/<sid>`, or the path itself where there is no conversation in it. */
function subjectOf({ segments }: TunnelRequest): string {
  return segments.slice(0, 4).join('/');
}

function failure(error: { status: number; code: number; message: string }): TunnelResponse {
  return { status: error.status, body: error };
}
