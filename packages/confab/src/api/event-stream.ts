import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AccountActor, RateExceeded, type ReadDb } from '../domain/index.ts';
import { createAlarm, cursorText, type EventFeed, exportedEvent, readCursor } from '../events/index.ts';
import { HttpError, requirePermission } from '../http/index.ts';
import { type EventLogPosition, isBefore } from '../store/index.ts';
import type { ApiContext } from './context.ts';

/** Streams of this node at once. Each reads the log for itself. */
const STREAMS = 50;

/** So often something is sent, so that both ends notice when the other is gone. */
const HEARTBEAT_MS = 15_000;

/** There are entries that may not be read yet. */
const HELD_BACK_MS = 50;

const RECONNECT_MS = 2_000;

const PERMISSION = 'events/list';

interface StreamQuery {
  Querystring: { After?: string | string[]; ServiceSid?: string | string[]; Type?: string | string[] };
}

/**
 * `GET /confab/v1/Events`: the events of the account's services as they happen, as server-sent events (docs/events.md). A stream holds one
 * page of the log at most: it reads on when its client has read.
 */
export function addEventStream(
  scope: FastifyInstance,
  app: FastifyInstance,
  context: ApiContext,
  feed: EventFeed,
): void {
  const { read, clock, logger } = context;
  const open = new Set<() => void>();
  scope.addHook('preClose', async () => {
    for (const end of open) end();
  });

  scope.get<StreamQuery>('/confab/v1/Events', async (request, reply) => {
    const { account } = request;
    if (account === null) throw new Error('The request was not authenticated.');
    requirePermission(account, PERMISSION);
    if (open.size >= STREAMS) throw new RateExceeded(5);
    const response = reply.raw;
    const gone = new AbortController();
    const end = (): void => gone.abort();
    // Counted, and watched for its end, before anything is waited for: else many at once would all find room, and one whose client left
    // meanwhile would keep its place for ever.
    open.add(end);
    response.on('close', end);
    if (response.destroyed) end();
    const alarm = createAlarm(clock);
    const forget = feed.onGrowth(() => alarm.ring());
    let position: EventLogPosition;
    let wanted: Awaited<ReturnType<typeof filterOf>>;
    try {
      wanted = await filterOf(read, account, request.query);
      const floor = await feed.floor();
      position = startOf(request) ?? (await feed.end());
      reply.hijack();
      await serve(floor).catch((error: unknown) => logger.debug({ err: error }, 'an event stream ended'));
    } finally {
      forget();
      open.delete(end);
    }

    async function serve(floor: EventLogPosition): Promise<void> {
      try {
        response.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          // Proxies that collect an answer before they pass it on would keep events for themselves.
          'x-accel-buffering': 'no',
          'access-control-allow-origin': '*',
        });
        await write(response, `retry: ${RECONNECT_MS}\n\n`, gone.signal);
        if (isBefore(position, floor)) {
          position = floor;
          const at = cursorText(floor);
          await write(response, `event: gap\nid: ${at}\ndata: {"oldest":"${at}"}\n\n`, gone.signal);
        }
        await follow();
      } finally {
        response.end();
      }
    }

    async function follow(): Promise<void> {
      while (!gone.signal.aborted) {
        alarm.reset();
        // Revoked keys and suspended accounts are entries of the log themselves, so that their streams come by here at once.
        const actor = await app.requireAccount(request);
        requirePermission(actor, PERMISSION);
        const services = await servicesOf(read, actor.account.id, wanted.serviceSid);
        const { entries, next, more } = await feed.read(position, services);
        for (const entry of entries) {
          if (!wanted.types.every((type) => type.has(entry.kind))) continue;
          const serviceSid = services.get(entry.service_id) ?? '';
          const event = exportedEvent(entry, { accountSid: actor.account.sid, serviceSid });
          await write(
            response,
            `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
            gone.signal,
          );
        }
        if (next === undefined) {
          await alarm.wait(more ? HELD_BACK_MS : HEARTBEAT_MS, gone.signal);
          // Moves the client's cursor over what was not for it, and tells both ends that the other is there.
          if (!gone.signal.aborted && !more) await write(response, `id: ${cursorText(position)}\n:\n\n`, gone.signal);
        } else position = next;
      }
    }
  });
}

/** Resolves when there is room for more, or nobody is left to read it. */
async function write(response: ServerResponse, text: string, gone: AbortSignal): Promise<void> {
  if (gone.aborted || response.write(text)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      gone.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
    gone.addEventListener('abort', done);
  });
}

/** Where the client was: a browser tells it in a header when it comes again, others may say it in the query. */
function startOf({ headers, query }: FastifyRequest<StreamQuery>): EventLogPosition | undefined {
  const last = headers['last-event-id'];
  const text = typeof last === 'string' && last !== '' ? last : textOf(query.After, 'After');
  if (text === undefined) return undefined;
  const position = text === 'beginning' ? { transactionId: 0, id: 0 } : readCursor(text);
  if (position === undefined) throw badParameter('After', 'must be the id of an event, or beginning');
  return position;
}

async function filterOf(read: ReadDb, { account }: AccountActor, query: StreamQuery['Querystring']) {
  const serviceSid = textOf(query.ServiceSid, 'ServiceSid');
  if (serviceSid !== undefined && (await servicesOf(read, account.id, serviceSid)).size === 0) {
    throw badParameter('ServiceSid', 'must be the SID of a service of the account');
  }
  const types = query.Type === undefined ? [] : [new Set([query.Type].flat())];
  return { serviceSid, types };
}

/** The account's services by id, also those that were deleted: what was told of them last is still to be read. */
async function servicesOf(read: ReadDb, accountId: number, sid: string | undefined): Promise<Map<number, string>> {
  let query = read.selectFrom('services').select(['id', 'sid']).where('account_id', '=', accountId);
  if (sid !== undefined) query = query.where('sid', '=', sid);
  return new Map((await query.execute()).map((row) => [row.id, row.sid]));
}

function textOf(value: string | string[] | undefined, name: string): string | undefined {
  if (Array.isArray(value)) throw badParameter(name, 'can be given once');
  return value === '' ? undefined : value;
}

function badParameter(name: string, fault: string): HttpError {
  return new HttpError(400, 20001, `${name} ${fault}.`, { details: { parameter: name } });
}
