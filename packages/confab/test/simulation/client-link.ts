import { SYNC_TYPES } from '../support/raw-client.ts';
import { type Fields, fieldsOf, frameOf, type Packet } from '../support/raw-frames.ts';
import type { Operation } from './ledger.ts';
import type { SimulatedTransport } from './server-end.ts';
import { type ClientSocket, openSocket } from './socket.ts';
import type { World } from './world.ts';

export interface Answer {
  status: number;
  body: Fields;
}

/** The link was lost before the answer came: nobody knows what became of the request. */
export class LinkLost extends Error {
  override readonly name = 'LinkLost';
}

/** One socket of a client, from dialling to its end (protocol 2, 3). */
export interface ClientLink {
  readonly socket: ClientSocket;
  isOpen(): boolean;
  /** Sends a tunnelled request. Rejects with LinkLost. */
  request(method: string, path: string, body?: object, operation?: Operation): Promise<Answer>;
  /** Hands the server a new token (protocol 3.3). Resolves when it is accepted; rejects with LinkLost, also when it is refused. */
  update(token: string): Promise<void>;
  close(): void;
}

export interface LinkEvents {
  /** What the server answered to `init`: `status`, and the fields beside it. */
  initialised(header: Fields, body: Fields): void;
  notified(body: Fields): void;
  tokenAboutToExpire(): void;
  /** The server told the client to go, with this `status`. */
  dismissed(status: Fields): void;
  lost(): void;
  /** The server has handed packets to the network; `operationOf` gives what a reply answers. */
  written(
    packets: readonly Packet[],
    unreadBytes: number,
    operationOf: (replyId: unknown) => Operation | undefined,
  ): void;
}

export interface LinkOptions {
  world: World;
  serve: (transport: SimulatedTransport) => void;
  token: string;
  continuationToken: string | null;
  events: LinkEvents;
}

interface Pending {
  resolve(packet: Packet): void;
  reject(error: Error): void;
  operation: Operation | undefined;
}

export function openLink({ world, serve, token, continuationToken, events }: LinkOptions): ClientLink {
  const pending = new Map<unknown, Pending>();
  let open = false;
  let over = false;
  let packets = 0;

  const socket = openSocket(world, serve, {
    received(received) {
      const acknowledgements = received.filter(({ header }) => header.method !== 'reply').map(acknowledgement);
      if (acknowledgements.length > 0) socket.send(acknowledgements);
      for (const packet of received) if (!over) receive(packet);
    },
    closed: end,
    written: (written, unreadBytes) =>
      events.written(written, unreadBytes, (replyId) => pending.get(replyId)?.operation),
  });

  function end(): void {
    if (over) return;
    over = true;
    open = false;
    for (const { reject } of pending.values()) reject(new LinkLost('The socket is closed.'));
    events.lost();
  }

  function receive({ header, body }: Packet): void {
    switch (header.method) {
      case 'reply': {
        pending.get(header.id)?.resolve({ header, body });
        pending.delete(header.id);
        break;
      }
      case 'notification':
        events.notified(fieldsOf(body));
        break;
      case 'client_update':
        events.tokenAboutToExpire();
        break;
      case 'close':
        events.dismissed(fieldsOf(header.status));
        break;
    }
  }

  function send(header: Fields, payload: string, operation: Operation | undefined): Promise<Packet> {
    packets += 1;
    const id = `TM${packets}`;
    const reply = new Promise<Packet>((resolve, reject) => {
      if (over) reject(new LinkLost('The socket is closed.'));
      else pending.set(id, { resolve, reject, operation });
    });
    socket.send([frameOf({ id, ...header }, payload)]);
    return reply;
  }

  const init = send(
    {
      method: 'init',
      token,
      continuation_token: continuationToken,
      metadata: { sdk: 'JS', sdkv: '3.0.1' },
      registrations: [{ product: 'ip_messaging', message_types: SYNC_TYPES }],
      capabilities: ['client_update'],
    },
    '',
    undefined,
  );
  init.then(
    ({ header, body }) => {
      open = fieldsOf(header.status).code === 200 && !over;
      if (!over) events.initialised(header, fieldsOf(body));
    },
    () => {},
  );

  return {
    socket,
    isOpen: () => open,
    async request(method, path, body, operation) {
      const [plain = '', query] = path.split('?');
      const { header, body: answer } = await send(
        {
          method: 'message',
          active_grant: 'ip_messaging',
          payload_type: 'application/json; charset=utf-8',
          http_request: {
            host: 'aim.us1.twilio.com',
            path: plain,
            method,
            params: Object.fromEntries(new URLSearchParams(query)),
            headers: {},
          },
        },
        body === undefined ? '' : JSON.stringify(body),
        operation,
      );
      return { status: Number(fieldsOf(header.http_status).code), body: fieldsOf(answer) };
    },
    async update(renewed) {
      const { header } = await send({ method: 'update', token: renewed }, '', undefined);
      // The server closes a socket whose new token it refuses.
      if (fieldsOf(header.status).code !== 200) throw new LinkLost('The new token was refused.');
    },
    close() {
      socket.close();
      end();
    },
  };
}

function acknowledgement({ header }: Packet): Buffer {
  return frameOf({ method: 'reply', id: header.id, status: { code: 200, status: 'OK' } });
}
