import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Fields, fieldsOf, frameOf, type Packet, parsePacket } from './raw-frames.ts';

/** How a client writes its frames: as the browser SDK does, or as the mobile ones do (protocol 2.1, 4). */
export type Dialect = 'browser' | 'mobile';

export interface RawClientOptions {
  dialect?: Dialect;
  /** False: nothing that the server sends is acknowledged. */
  acknowledge?: boolean;
  headers?: Record<string, string>;
}

export interface InitOptions {
  continuationToken?: string | null;
  /** Message types to register; those of the SDK when absent. */
  messageTypes?: readonly string[];
}

/** The answer to a tunnelled request. */
export interface Answer {
  status: number;
  body: unknown;
  packet: Packet;
}

/** One event of a notification, with the envelope's type. */
export interface SyncEvent {
  type: string;
  fields: Fields;
  correlationId: unknown;
  /** The frame that it came in. */
  packet: Packet;
}

/** Object SID, object type, last event id. */
export type Entry = readonly [sid: string, type: string, lastEventId?: number | null];

export interface RawClient {
  readonly socket: WebSocket;
  /** Everything that came, in order. */
  readonly packets: readonly Packet[];
  /** The events among it, in order. */
  readonly events: readonly SyncEvent[];
  /** Code and reason of the socket's end. */
  readonly closed: Promise<{ code: number; reason: string }>;
  isOpen(): boolean;
  /** Whether what the server sends is acknowledged from now on. */
  acknowledge(on: boolean): void;
  /** Sends any bytes, or text. */
  send(data: Buffer | string): void;
  /** Sends a packet and resolves with the reply to it; rejects when the socket closes first. */
  exchange(header: Fields, payload?: string): Promise<Packet>;
  init(token: string, options?: InitOptions): Promise<Packet>;
  request(method: string, path: string, body?: unknown, params?: Fields): Promise<Answer>;
  /** Asks for subscriptions. Resolves with the results once each entry has one. */
  subscribe(...entries: Entry[]): Promise<SyncEvent[]>;
  cancel(...entries: Entry[]): Promise<SyncEvent[]>;
  /** Resolves as soon as the condition holds after something came; rejects when the socket closes first. */
  until(condition: () => boolean, what?: string): Promise<void>;
  /** Closes the socket and waits for its end. */
  close(): Promise<void>;
}

export const SYNC_TYPES = [
  'twilio.ipmsg.typing_indicator',
  'twilio.sync.event',
  'com.twilio.rtd.cds.document',
  'com.twilio.rtd.cds.list',
  'com.twilio.rtd.cds.map',
];

interface Waiter {
  condition: () => boolean;
  resolve: () => void;
  reject: (error: Error) => void;
  what: string;
}

/** Opens a WebSocket to the server; nothing is sent yet. */
export async function openRawClient(url: string, options: RawClientOptions = {}): Promise<RawClient> {
  const { dialect = 'browser', headers } = options;
  let acknowledging = options.acknowledge ?? true;
  const socket = new WebSocket(url, headers === undefined ? {} : { headers });
  const packets: Packet[] = [];
  const events: SyncEvent[] = [];
  const replies = new Map<unknown, Packet>();
  let waiters: Waiter[] = [];
  let correlation = 0;

  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
      for (const { reject, what } of waiters)
        reject(new Error(`The socket closed (${code} ${reason}) before ${what}.`));
      waiters = [];
    });
  });
  socket.on('message', (data) => {
    if (!Buffer.isBuffer(data)) throw new Error('The server sent something else than one binary message.');
    receive(parsePacket(data));
  });
  await once(socket, 'open');
  socket.on('error', () => {});

  function receive(packet: Packet): void {
    packets.push(packet);
    const { method, id } = packet.header;
    if (method === 'reply') replies.set(id, packet);
    else if (acknowledging && socket.readyState === WebSocket.OPEN) {
      write({ method: 'reply', id, status: { code: 200, status: 'OK' }, payload_type: 'application/json' });
    }
    if (method === 'notification') events.push(...eventsOf(packet));
    const due = waiters.filter(({ condition }) => condition());
    waiters = waiters.filter((waiter) => !due.includes(waiter));
    for (const { resolve } of due) resolve();
  }

  function write(header: Fields, payload = ''): void {
    socket.send(frameOf(header, payload, dialect === 'mobile'));
  }

  function until(condition: () => boolean, what = 'what was waited for'): Promise<void> {
    if (condition()) return Promise.resolve();
    if (socket.readyState === WebSocket.CLOSED) return Promise.reject(new Error(`The socket is closed: ${what}.`));
    return new Promise((resolve, reject) => waiters.push({ condition, resolve, reject, what }));
  }

  async function exchange(header: Fields, payload = ''): Promise<Packet> {
    const id = dialect === 'mobile' ? `RQ${randomBytes(16).toString('hex')}` : `TM${randomUUID()}`;
    write({ id, ...header }, payload);
    const key = header.id ?? id;
    await until(() => replies.has(key), `the reply to ${header.method}`);
    const reply = replies.get(key);
    if (reply === undefined) throw new Error('The reply is gone.');
    return reply;
  }

  async function request(method: string, path: string, body?: unknown, params: Fields = {}): Promise<Answer> {
    const type =
      body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json; charset=utf-8';
    const packet = await exchange(
      {
        method: 'message',
        active_grant: 'ip_messaging',
        payload_type: type,
        http_request: {
          host: 'aim.us1.twilio.com',
          path,
          method,
          params,
          headers: { 'Content-Type': dialect === 'mobile' ? [type] : type, 'X-Twilio-Mutation-Id': randomUUID() },
        },
      },
      body === undefined ? '' : body instanceof URLSearchParams ? body.toString() : JSON.stringify(body),
    );
    const { code } = fieldsOf(packet.header.http_status);
    return { status: typeof code === 'number' ? code : Number.NaN, body: packet.body, packet };
  }

  async function subscriptions(action: string, entries: Entry[]): Promise<SyncEvent[]> {
    correlation += 1;
    const number = correlation;
    const answer = await request('POST', '/v4/Subscriptions', {
      event_protocol_version: 4,
      action,
      correlation_id: number,
      retried_requests: 0,
      ttl_in_s: -1,
      requests: entries.map(([object_sid, object_type, last_event_id]) => ({ object_sid, object_type, last_event_id })),
    });
    if (answer.status !== 200) throw new Error(`Subscriptions answered ${answer.status}.`);
    const results = () => events.filter(({ correlationId }) => correlationId === number);
    await until(() => results().length === entries.length, `the results of ${action}`);
    return results();
  }

  return {
    socket,
    packets,
    events,
    closed,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    acknowledge(on) {
      acknowledging = on;
    },
    send: (data) => socket.send(data),
    exchange,
    init: (token, { continuationToken = null, messageTypes = SYNC_TYPES } = {}) =>
      exchange({
        method: 'init',
        token,
        continuation_token: continuationToken,
        metadata: { ver: '1.0.2', type: 'conversations', sdk: dialect === 'mobile' ? 'Kotlin' : 'JS', sdkv: '3.0.1' },
        registrations: [
          { product: 'ip_messaging', type: 'ers', notification_protocol_version: 0, message_types: messageTypes },
        ],
        tweaks: null,
        capabilities: ['client_update'],
      }),
    request,
    subscribe: (...entries) => subscriptions('establish', entries),
    cancel: (...entries) => subscriptions('cancel', entries),
    until,
    async close() {
      socket.close();
      await closed;
    },
  };
}

function eventsOf(packet: Packet): SyncEvent[] {
  const { event_type, event, events, correlation_id } = fieldsOf(packet.body);
  // Something else than Sync, such as that somebody types.
  if (event_type === undefined) return [];
  return (Array.isArray(events) ? events : [event]).map((one: unknown) => ({
    type: String(event_type),
    fields: fieldsOf(one),
    correlationId: correlation_id,
    packet,
  }));
}
