import type { Frame } from './frame.ts';
import { parseJson } from './json.ts';

/** A client's HTTP request inside a `message` packet (protocol 4). */
export interface HttpRequest {
  method: string;
  /** Percent-encoded, as the client built it. */
  path: string;
  /** Percent-encoded; a repeated name has several values. */
  params: ReadonlyMap<string, readonly string[]>;
}

/** What clients send (protocol 2.3). `id` is repeated in the answer. */
export type ClientPacket =
  | {
      method: 'init';
      id: string;
      token: string;
      continuationToken: string | null;
      messageTypes: readonly string[];
      sdk: string;
    }
  | { method: 'update'; id: string; token: string }
  | { method: 'message'; id: string; activeGrant: string; request: HttpRequest; payload: Buffer }
  | { method: 'put_notification_ctx'; id: string; contextId: string; messageTypes: readonly string[] }
  | { method: 'delete_notification_ctx'; id: string; contextId: string }
  | { method: 'ping' | 'telemetry.v1' | 'close'; id: string }
  | { method: 'reply'; id: string }
  | { method: 'unknown'; id: string; name: string };

/** A packet whose header lacks what its method needs. Answered with status 400 under its id. */
export class PacketError extends Error {
  override readonly name = 'PacketError';
  readonly id: string;

  constructor(id: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.id = id;
  }
}

/** Longest id, or name of a message type, that is kept or repeated: the clients' own have 38 characters. */
const ID_LENGTH = 128;

/** A context is kept as long as the connection: what it may list is bounded (invariant 6). The SDKs list five. */
const TYPES_PER_CONTEXT = 32;

/** Reads a packet's header into what it means. Throws PacketError. */
export function readPacket({ header, payload }: Frame, maxDepth: number): ClientPacket {
  const id = text(header, 'id') ?? '';
  if (id.length > ID_LENGTH) throw new PacketError('', 'id is too long.');
  const method = text(header, 'method');
  switch (method) {
    case 'init':
      return {
        method,
        id,
        token: required(header, 'token', id),
        continuationToken: text(header, 'continuation_token') ?? null,
        messageTypes: registeredMessageTypes(header.registrations),
        sdk: sdkOf(header.metadata),
      };
    case 'update':
      return { method, id, token: required(header, 'token', id) };
    case 'message':
      return { method, id, activeGrant: text(header, 'active_grant') ?? '', request: httpRequest(header, id), payload };
    case 'put_notification_ctx': {
      const contextId = required(header, 'notification_ctx_id', id);
      if (contextId.length > ID_LENGTH) throw new PacketError(id, 'notification_ctx_id is too long.');
      return { method, id, contextId, messageTypes: contextMessageTypes(payload, maxDepth, id) };
    }
    case 'delete_notification_ctx':
      return { method, id, contextId: required(header, 'notification_ctx_id', id) };
    case 'ping':
    case 'telemetry.v1':
    case 'close':
    case 'reply':
      return { method, id };
    default:
      return { method: 'unknown', id, name: (method ?? '').slice(0, ID_LENGTH) };
  }
}

function httpRequest(header: Record<string, unknown>, id: string): HttpRequest {
  const request = record(header.http_request);
  if (request === undefined) throw new PacketError(id, 'http_request is missing.');
  return {
    method: required(request, 'method', id).toUpperCase(),
    path: required(request, 'path', id),
    params: queryParams(record(request.params) ?? {}),
  };
}

/** A repeated key arrives as an array, everything else as text (protocol 4). */
function queryParams(params: Record<string, unknown>): Map<string, string[]> {
  const read = new Map<string, string[]>();
  for (const [name, value] of Object.entries(params)) {
    const values = (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
    if (values.length > 0) read.set(name, values);
  }
  return read;
}

/** `registrations[].message_types` of `init`: a connection receives only what it registered (protocol 2.5). */
function registeredMessageTypes(registrations: unknown): string[] {
  if (!Array.isArray(registrations)) return [];
  return registrations.flatMap((registration) => messageTypesOf(record(registration)));
}

/** The types that `put_notification_ctx` registers are in its payload (protocol 2.3). */
function contextMessageTypes(payload: Buffer, maxDepth: number, id: string): string[] {
  let types: string[];
  try {
    types = messageTypesOf(record(parseJson(payload.toString('utf8'), maxDepth)));
  } catch (error) {
    throw new PacketError(id, 'The payload must be a JSON object with message_types.', { cause: error });
  }
  if (types.length > TYPES_PER_CONTEXT || types.some((type) => type.length > ID_LENGTH)) {
    throw new PacketError(id, `message_types must be at most ${TYPES_PER_CONTEXT} names.`);
  }
  return types;
}

function messageTypesOf(fields: Record<string, unknown> | undefined): string[] {
  const types = fields?.message_types;
  return Array.isArray(types) ? types.filter((type): type is string => typeof type === 'string') : [];
}

/** The client's name and version for the log, such as `JS/3.0.1`, cut short because it is the client's own word. */
function sdkOf(metadata: unknown): string {
  const fields = record(metadata) ?? {};
  return `${text(fields, 'sdk') ?? '?'}/${text(fields, 'sdkv') ?? '?'}`.slice(0, 64);
}

function required(fields: Record<string, unknown>, name: string, id: string): string {
  const value = text(fields, name);
  if (value === undefined) throw new PacketError(id, `${name} is missing.`);
  return value;
}

function text(fields: Record<string, unknown>, name: string): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}
