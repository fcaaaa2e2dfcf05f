import { type Fields, fieldsOf, type Packet } from '../support/raw-frames.ts';
import { type Answer, type ClientLink, LinkLost, openLink } from './client-link.ts';
import type { Ledger, Operation } from './ledger.ts';
import type { SimulatedTransport } from './server-end.ts';
import type { ClientSocket } from './socket.ts';
import type { World } from './world.ts';

/** Who a socket belongs to, for those who check what is written to it. */
export interface SocketOwner {
  readonly client: string;
  readonly identity: string;
  /** The key under which it is logged in; two while its token is being renewed. */
  keySids: readonly string[];
  /** World time. */
  readonly openedAt: number;
}

/** What a client needs of the world around it. */
export interface ClientSurroundings {
  world: World;
  ledger: Ledger;
  serviceSid: string;
  /** A new token from the app's own server, and the key that signed it. */
  mint(identity: string): { token: string; keySid: string };
  /** One of the nodes, as a load balancer would choose; undefined when the connection is refused. */
  node(): { accept(transport: SimulatedTransport): void; watch: WireWatch } | undefined;
}

/** Sees what a node writes to a socket. */
export type WireWatch = (
  owner: SocketOwner,
  packets: readonly Packet[],
  unreadBytes: number,
  operationOf: (replyId: unknown) => Operation | undefined,
) => void;

/** A client's connection through all its sockets: it dials again, renews its token, and starts anew when it is told to. */
export interface ClientSession {
  readonly name: string;
  readonly identity: string;
  start(): void;
  stop(): void;
  link(): ClientLink | undefined;
  socket(): ClientSocket | undefined;
  /** Asks until there is an answer that says more than that it cannot be answered now. Rejects with LinkLost when the client starts anew. */
  get(path: string): Promise<Answer>;
  /** Asks once. Undefined when there is no link. */
  change(method: string, path: string, body: object, effect: string): void;
}

export interface SessionEvents {
  connected(link: ClientLink): void;
  disconnected(): void;
  notified(body: Fields): void;
  /** Whatever the client knew is of no use any more (protocol 6.6, "A rewound database"; tombstones that have expired). */
  startAnew(): void;
}

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1600;

export function createClientSession(
  { world, ledger, mint, node }: ClientSurroundings,
  name: string,
  identity: string,
  events: SessionEvents,
): ClientSession {
  const { schedule, random, trace } = world;
  /** The newest one, from its dialling on; and when it is logged in, the same. */
  let dialled: ClientLink | undefined;
  let current: ClientLink | undefined;
  /** Rises with each start and stop: what was to be dialled before is not. */
  let run = 0;
  let credentials = mint(identity);
  let continuationToken: string | null = null;
  let retryMs = FIRST_RETRY_MS;
  /** A new token has not helped. */
  let refusedBefore = false;
  let stopped = true;
  /** Rises when the client starts anew: what was asked before is forgotten. */
  let generation = 0;
  const waiting: (() => void)[] = [];

  function dialLater(ms: number): void {
    const planned = run;
    schedule.after(Math.round(ms * (0.8 + 0.4 * random.number())), () => {
      if (planned === run) dial();
    });
  }

  function retry(): void {
    dialLater(retryMs);
    retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
  }

  function dial(): void {
    const target = node();
    if (target === undefined) {
      retry();
      return;
    }
    const owner: SocketOwner = { client: name, identity, keySids: [credentials.keySid], openedAt: schedule.now() };
    let refused = false;
    const link = openLink({
      world,
      serve: target.accept,
      token: credentials.token,
      continuationToken,
      events: {
        initialised(header, body) {
          const { code, errorCode } = fieldsOf(header.status);
          trace.note(`${name} init ${code} ${errorCode ?? ''}`);
          if (code === 200) {
            continuationToken = String(header.continuation_token);
            retryMs = FIRST_RETRY_MS;
            refusedBefore = false;
            current = link;
            events.connected(link);
            for (const go of waiting.splice(0)) go();
          } else {
            refused = true;
            refusedWith(code, errorCode, body);
            link.close();
          }
        },
        notified: events.notified,
        tokenAboutToExpire() {
          world.happened('a token is renewed', name);
          credentials = mint(identity);
          const renewed = credentials;
          owner.keySids = [...owner.keySids, renewed.keySid];
          link.update(renewed.token).then(
            () => {
              owner.keySids = [renewed.keySid];
            },
            () => {},
          );
        },
        dismissed() {
          world.happened('a client is told to go', name);
          renew();
          link.close();
        },
        lost() {
          if (current === link) {
            current = undefined;
            trace.note(`${name} is disconnected`);
            events.disconnected();
          }
          if (!refused && !stopped) retry();
        },
        written: (packets, unread, operationOf) => target.watch(owner, packets, unread, operationOf),
      },
    });
    dialled = link;
  }

  function refusedWith(code: unknown, errorCode: unknown, body: Fields): void {
    if (code === 429) {
      world.happened('a login is put off', name);
      dialLater(Number(fieldsOf(body.backoff_policy).reconnect_min_ms));
      return;
    }
    if (code === 401) {
      world.happened(errorCode === 20104 ? 'a token has expired' : 'a token is refused', name);
      if (refusedBefore) renew();
      else credentials = mint(identity);
      refusedBefore = true;
    } else if (code !== 500 && code !== 503) world.violated(`${name}: init answered ${code}`);
    retry();
  }

  /** As a new client of the same app: with a new token, and knowing nothing. */
  function renew(): void {
    world.happened('a client starts anew', name);
    generation += 1;
    credentials = mint(identity);
    continuationToken = null;
    refusedBefore = false;
    events.startAnew();
    for (const go of waiting.splice(0)) go();
  }

  function linked(): Promise<void> {
    return current === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();
  }

  async function get(path: string): Promise<Answer> {
    const mine = generation;
    for (;;) {
      await linked();
      if (mine !== generation) throw new LinkLost('The client starts anew.');
      try {
        const answer = await current?.request('GET', path);
        if (answer !== undefined && answer.status !== 503 && mine === generation) return answer;
        await schedule.delay(random.between(100, 400));
      } catch (error) {
        if (!(error instanceof LinkLost)) throw error;
      }
    }
  }

  return {
    name,
    identity,
    start() {
      if (!stopped) return;
      stopped = false;
      run += 1;
      dial();
    },
    stop() {
      stopped = true;
      run += 1;
      dialled?.close();
    },
    link: () => current,
    socket: () => dialled?.socket,
    get,
    change(method, path, body, effect) {
      if (current === undefined) return;
      const operation = ledger.begin(effect);
      trace.note(`${name} asks for ${effect}`);
      current.request(method, path, body, operation).then(
        ({ status }) => trace.note(`${name} is answered ${status} to ${effect}`),
        () => trace.note(`${name} is not answered to ${effect}`),
      );
    },
  };
}
