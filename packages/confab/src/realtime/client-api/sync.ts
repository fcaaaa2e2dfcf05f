import { DomainError, invalidParameter } from '../../domain/index.ts';
import { isSessionListSid } from '../session-layer/session-list.ts';
import { descriptor } from '../sync/descriptor.ts';
import { itemPage } from '../sync/item-page.ts';
import { isListOrMap, itemSource } from '../sync/item-source.ts';
import type { SyncType } from '../sync/object-sid.ts';
import { type ReadableObject, resolveObject } from '../sync/resolve-object.ts';
import type { SubscriptionEntry } from '../sync/subscription-result.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';

/** `GET` of a document, list or map, by SID or unique name (protocol 6.1). Clients never write through Sync. */
export function getObject(type: SyncType) {
  return async (
    context: ClientContext,
    request: TunnelRequest,
    [id = '']: readonly string[],
  ): Promise<TunnelResponse> => {
    const readable = await requireObject(context, type, id);
    return { status: 200, body: descriptor(readable, request.query('Include') === 'items') };
  };
}

/** The same under the service, which is where descriptors link to: the service must be the connection's own. */
export function inService(
  handler: (context: ClientContext, request: TunnelRequest, path: readonly string[]) => Promise<TunnelResponse>,
) {
  return async (context: ClientContext, request: TunnelRequest, [serviceSid, ...path]: readonly string[]) => {
    if (serviceSid !== context.actor.service.sid) throw objectNotFound();
    return handler(context, request, path);
  };
}

/** `GET …/Items` of a list or map (protocol 6.3). */
export function getItems(type: 'list' | 'map') {
  return async (
    context: ClientContext,
    request: TunnelRequest,
    [id = '']: readonly string[],
  ): Promise<TunnelResponse> => {
    const { object } = await requireObject(context, type, id);
    if (!isListOrMap(object)) throw objectNotFound();
    const body = await itemPage(itemSource(context.read, object), {
      key: request.query(type === 'list' ? 'Index' : 'Key'),
      from: request.query('From'),
      pageSize: request.query('PageSize'),
      order: request.query('Order'),
      pageToken: request.query('PageToken'),
    });
    return { status: 200, body };
  };
}

/**
 * `POST /v4/Subscriptions` (protocol 6.5). Answered at once; each entry's result follows as a notification. The SDK repeats what it has not
 * heard of within the estimated time.
 */
export async function postSubscriptions(context: ClientContext, request: TunnelRequest): Promise<TunnelResponse> {
  const body = request.body();
  const correlationId = body.value('correlation_id');
  // JSON can write numbers that it cannot write back: 1e999 is read as infinity.
  if (typeof correlationId !== 'number' || !Number.isFinite(correlationId))
    throw invalidParameter('correlation_id must be a number.');
  const entries = body.list('requests').map(readEntry);
  if (entries.length > MAX_BATCH) throw invalidParameter(`requests must have at most ${MAX_BATCH} entries.`);
  const version = body.value('event_protocol_version');
  if (typeof version === 'number' && version < MANY_EVENTS_VERSION) context.sendEventsApart();
  const ofSession = entries.filter(({ objectSid }) => isSessionListSid(objectSid));
  const others = entries.filter(({ objectSid }) => !isSessionListSid(objectSid));
  switch (body.text('action')) {
    case 'establish':
      context.sessionLists.establish(correlationId, ofSession);
      context.subscriptions.establish(correlationId, others);
      break;
    case 'cancel':
      context.sessionLists.cancel(correlationId, ofSession);
      context.subscriptions.cancel(correlationId, others);
      break;
    default:
      throw invalidParameter('action must be establish or cancel.');
  }
  return { status: 200, body: { estimated_delivery_in_ms: ESTIMATED_DELIVERY_MS, max_batch_size: MAX_BATCH } };
}

/** The first that takes several events in one notification (protocol 16.3). */
const MANY_EVENTS_VERSION = 4;
const MAX_BATCH = 1000;
const ESTIMATED_DELIVERY_MS = 10_000;

function readEntry(value: unknown): SubscriptionEntry {
  const fields = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const objectSid = fields.get('object_sid');
  const objectType = fields.get('object_type');
  const lastEventId = fields.get('last_event_id') ?? null;
  if (typeof objectSid !== 'string' || typeof objectType !== 'string' || objectSid.length > 64) {
    throw invalidParameter('Each of requests needs object_sid and object_type.');
  }
  if (lastEventId !== null && (typeof lastEventId !== 'number' || !Number.isSafeInteger(lastEventId))) {
    throw invalidParameter('last_event_id must be a whole number or null.');
  }
  return { objectSid, objectType, lastEventId: lastEventId === null ? null : Math.max(0, lastEventId) };
}

async function requireObject(context: ClientContext, type: SyncType, id: string): Promise<ReadableObject> {
  const readable = await resolveObject(context.read, context.actor, context.joinPolicy, type, id);
  if (readable === undefined) throw objectNotFound();
  return readable;
}

function objectNotFound(): DomainError {
  return new DomainError(20404, 404, 'Object not found');
}
