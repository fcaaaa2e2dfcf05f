import type { Clock } from '../clock.ts';
import { openTap, type Tap, type TapEvent } from '../domain/index.ts';
import { mainOperation } from './operation.ts';
import { sid, text } from './params.ts';

/** Proxies cut what says nothing for a minute. */
const HEARTBEAT_MS = 15_000;

/** What connections of this node say, live. Nothing of it is kept. Not of the original service. */
export const tapOperations = [
  mainOperation({
    id: 'OpenTap',
    root: '/confab/v1',
    method: 'GET',
    path: '/Taps',
    status: 200,
    stream: true,
    params: { ConnectionId: text, Identity: text, ServiceSid: sid('IS') },
    async handle(call, { ConnectionId: connectionId, Identity: identity, ServiceSid: serviceSid }) {
      const { connections, clock, limits, execute } = call.context;
      const filter = { connectionId, identity, serviceSid };
      const { sid: accountSid } = call.actor.account;
      if (connectionId !== undefined) {
        const here = connections.list(filter).some((one) => one.accountSid === accountSid);
        if (!here) throw call.notFound();
      }
      await execute(openTap, call.actor, filter);
      const tap = connections.tap(filter, accountSid);
      const opened = encode('open', { node: connections.node, connections: tap.connections });
      const stream = streamOf(tap, opened, { clock, checkMs: limits.busCheckMs, isAllowed: call.isStillMain });
      return new Response(stream, { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' } });
    },
  }),
];

interface StreamOptions {
  clock: Clock;
  /** So often it is looked whether the listener still may. */
  checkMs: number;
  isAllowed: () => Promise<boolean>;
}

function streamOf(tap: Tap, first: Uint8Array, { clock, checkMs, isAllowed }: StreamOptions): ReadableStream {
  const events = tap[Symbol.asyncIterator]();
  let ended = false;
  let cancelCheck = (): void => {};
  let cancelHeartbeat = (): void => {};

  function checkLater(): void {
    cancelCheck = clock.setTimer(async () => {
      if (!(await isAllowed())) tap.close();
      if (!ended) checkLater();
    }, checkMs);
  }

  function beatLater(controller: ReadableStreamDefaultController): void {
    cancelHeartbeat = clock.setTimer(() => {
      // Who does not read gets no more of them, either.
      if ((controller.desiredSize ?? 0) > 0) controller.enqueue(HEARTBEAT);
      beatLater(controller);
    }, HEARTBEAT_MS);
  }

  function end(): void {
    ended = true;
    cancelCheck();
    cancelHeartbeat();
  }

  return new ReadableStream({
    start(controller) {
      controller.enqueue(first);
      checkLater();
      beatLater(controller);
    },
    async pull(controller) {
      const next = await events.next();
      if (ended) return;
      if (!next.done) {
        controller.enqueue(encode(next.value.type, view(next.value)));
        return;
      }
      end();
      controller.enqueue(encode('end', {}));
      controller.close();
    },
    cancel() {
      end();
      tap.close();
    },
  });
}

const HEARTBEAT = new TextEncoder().encode(':\n\n');

/** One server-sent event (HTML Standard 9.2.5). */
function encode(type: string, data: object): Uint8Array {
  return new TextEncoder().encode(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** In the spelling of the REST API. */
function view(event: TapEvent): object {
  if (event.type === 'dropped') return { count: event.count };
  const of = { at: new Date(event.at).toISOString(), connection_id: event.connectionId, identity: event.identity };
  if (event.type === 'connected') return { ...of, sdk: event.sdk };
  if (event.type === 'disconnected') return of;
  const { httpStatus, messageType, bodyBytes, ...packet } = event.packet;
  return {
    ...of,
    direction: event.direction,
    ...packet,
    ...(httpStatus !== undefined && { http_status: httpStatus }),
    ...(messageType !== undefined && { message_type: messageType }),
    ...(bodyBytes !== undefined && { body_bytes: bodyBytes }),
  };
}
