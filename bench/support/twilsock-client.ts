import { type LoadSocket, openLoadSocket } from './web-socket.ts';

export interface TunnelAnswer {
  status: number;
  body: unknown;
}

export interface SubscriptionRequest {
  object_sid: string;
  object_type: 'document' | 'list' | 'map';
  last_event_id: number;
}

/** A client of the realtime protocol, as much of one as load needs. It acknowledges every packet, as the SDK does (protocol 2.3). */
export interface TwilsockClient {
  /** What the server wants to see when this client dials again. */
  continuationToken(): string | null;
  /** A tunnelled request (protocol 4). Rejects when the tunnel or the server refuses. */
  request(method: 'GET' | 'POST', path: string, options?: RequestOptions): Promise<TunnelAnswer>;
  /** Subscribes in batches of 100 (protocol 6.5). Resolves when all are established; rejects when one fails. */
  subscribe(requests: readonly SubscriptionRequest[]): Promise<void>;
  close(): void;
}

export interface RequestOptions {
  params?: Readonly<Record<string, string>>;
  body?: object;
}

export interface TwilsockOptions {
  port: number;
  token: string;
  /** From the connection before; null for a new client. */
  continuationToken?: string | null;
  /** The payload of each pushed event. */
  onEvent?: (payload: Buffer) => void;
  /** The connection was lost after the login. */
  onLost?: () => void;
}

/** The server has no room for the login at this moment, and says when to dial again (protocol 3.2). */
export class LoginPutOff extends Error {
  override readonly name = 'LoginPutOff';
  readonly waitMs: number;

  constructor(waitMs: number) {
    super(`The login was put off by ${waitMs} ms.`);
    this.waitMs = waitMs;
  }
}

const PATH = '/v3/wsconnect';
const MAGIC = 'TWILSOCK V3.0 ';
const BATCH = 100;
const SUBSCRIPTION_RESULT = Buffer.from('"event_type":"subscription_');

interface Waiting {
  resolve(answer: TunnelAnswer): void;
  reject(error: Error): void;
}

/** What waits for the results of a subscription request. */
interface Batch {
  left: number;
  resolve(): void;
  reject(error: Error): void;
}

/** Dials, and signs in with the token. */
export async function connectTwilsock({
  port,
  token,
  continuationToken = null,
  onEvent = () => {},
  onLost = () => {},
}: TwilsockOptions): Promise<TwilsockClient> {
  const requests = new Map<string, Waiting>();
  const batches = new Map<number, Batch>();
  let lastId = 0;
  let lastCorrelation = 0;

  let signedIn = false;
  let continuation = continuationToken;

  const socket: LoadSocket = await openLoadSocket(port, PATH, { onMessage, onLost: () => abandon('disconnected') });

  function onMessage(frame: Buffer): void {
    const { header, payload } = parts(frame);
    const id = /"id":"([^"]*)"/.exec(header)?.[1] ?? '';
    if (header.includes('"method":"reply"')) {
      onReply(id, header, payload);
      return;
    }
    acknowledge(id);
    if (header.includes('"method":"close"')) abandon('closed by the server');
    else if (batches.size > 0 && payload.includes(SUBSCRIPTION_RESULT)) onSubscriptionResult(payload);
    else if (payload.length > 0) onEvent(payload);
  }

  /** As the SDK writes it, to the byte count. */
  function acknowledge(id: string): void {
    const header = `{"id":"${id}","method":"reply","payload_type":"application/json","status":{"code":200,"status":"OK"},"payload_size":0}`;
    socket.send(Buffer.from(`${MAGIC}${header.length}\r\n${header}\r\n`, 'latin1'), 'binary');
  }

  function onReply(id: string, headerText: string, payload: Buffer): void {
    const waiting = requests.get(id);
    if (waiting === undefined) return;
    requests.delete(id);
    const header = JSON.parse(headerText);
    if (typeof header.continuation_token === 'string') continuation = header.continuation_token;
    const status = header.http_status?.code ?? header.status.code;
    const body = payload.length === 0 ? undefined : JSON.parse(payload.toString('utf8'));
    if (status < 300) waiting.resolve({ status, body });
    else if (body?.backoff_policy !== undefined) waiting.reject(new LoginPutOff(body.backoff_policy.reconnect_min_ms));
    else waiting.reject(new Error(`A packet was refused: ${headerText} ${payload.toString('utf8')}`));
  }

  function onSubscriptionResult(payload: Buffer): void {
    const {
      event_type: type,
      correlation_id: correlation,
      event,
      events = [event],
    } = JSON.parse(payload.toString('utf8'));
    const batch = batches.get(correlation);
    if (batch === undefined) return;
    if (type !== 'subscription_established')
      batch.reject(new Error(`A subscription failed: ${payload.toString('utf8')}`));
    batch.left -= events.length;
    if (batch.left > 0) return;
    batches.delete(correlation);
    batch.resolve();
  }

  function abandon(reason: string): void {
    const error = new Error(`The client was ${reason}.`);
    for (const waiting of [...requests.values(), ...batches.values()]) waiting.reject(error);
    if (signedIn) onLost();
    signedIn = false;
  }

  function exchange(fields: Readonly<Record<string, unknown>>, body = ''): Promise<TunnelAnswer> {
    lastId += 1;
    const id = `TM${lastId}`;
    const payload = Buffer.from(body);
    const header = Buffer.from(JSON.stringify({ id, ...fields, payload_size: payload.length }));
    return new Promise((resolve, reject) => {
      requests.set(id, { resolve, reject });
      const head = Buffer.from(`${MAGIC}${header.length}\r\n`);
      socket.send(Buffer.concat([head, header, Buffer.from('\r\n'), payload]), 'binary');
    });
  }

  function request(
    method: 'GET' | 'POST',
    path: string,
    { params = {}, body }: RequestOptions = {},
  ): Promise<TunnelAnswer> {
    const type = 'application/json';
    const httpRequest = { host: 'aim.us1.twilio.com', path, method, params, headers: { 'Content-Type': type } };
    return exchange(
      { method: 'message', active_grant: 'ip_messaging', payload_type: type, http_request: httpRequest },
      body === undefined ? '' : JSON.stringify(body),
    );
  }

  async function subscribeBatch(entries: readonly SubscriptionRequest[]): Promise<void> {
    lastCorrelation += 1;
    const correlation = lastCorrelation;
    const established = new Promise<void>((resolve, reject) => {
      batches.set(correlation, { left: entries.length, resolve, reject });
    });
    const body = {
      event_protocol_version: 4,
      action: 'establish',
      correlation_id: correlation,
      retried_requests: 0,
      ttl_in_s: -1,
      requests: entries,
    };
    await Promise.all([request('POST', '/v4/Subscriptions', { body }), established]);
  }

  try {
    await exchange({
      method: 'init',
      token,
      continuation_token: continuationToken,
      metadata: { ver: '1.0.2', env: 'Node.js', type: 'conversations', sdk: 'JS', sdkv: '3.0.1' },
      registrations: [
        {
          product: 'ip_messaging',
          type: 'ers',
          notification_protocol_version: 0,
          message_types: [
            'twilio.ipmsg.typing_indicator',
            'twilio.sync.event',
            'com.twilio.rtd.cds.document',
            'com.twilio.rtd.cds.list',
            'com.twilio.rtd.cds.map',
          ],
        },
      ],
      tweaks: null,
      capabilities: ['client_update'],
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  signedIn = true;

  return {
    continuationToken: () => continuation,
    request,
    async subscribe(entries) {
      const all: Promise<void>[] = [];
      for (let at = 0; at < entries.length; at += BATCH) all.push(subscribeBatch(entries.slice(at, at + BATCH)));
      await Promise.all(all);
    },
    close: () => socket.close(),
  };
}

/** A packet's header and payload, by the length in front of the header (protocol 2.1). The load tool trusts its server. */
function parts(frame: Buffer): { header: string; payload: Buffer } {
  const lineEnd = frame.indexOf('\r\n', MAGIC.length, 'latin1');
  const length = Number(frame.toString('latin1', MAGIC.length, lineEnd));
  const start = lineEnd + 2;
  return { header: frame.toString('utf8', start, start + length), payload: frame.subarray(start + length + 2) };
}
