import { type Fields, fieldsOf } from '../support/raw-frames.ts';
import { LinkLost } from './client-link.ts';
import { type ClientSession, type ClientSurroundings, createClientSession } from './client-session.ts';
import { createClientSubscriptions } from './client-subscriptions.ts';
import { createSyncCopy, type Item, type SyncCopy } from './sync-copy.ts';

/** A conversation that the client is in, or believes to be in. */
interface OpenConversation {
  readonly sid: string;
  copies: SyncCopy[];
  loading: boolean;
  closed: boolean;
}

/** What a client knows: items by key, for each Sync object that it has open. */
export type View = Record<string, Record<string, Item>>;

/** A client that follows the protocol as the official SDK does (protocol 6.5 to 6.9). */
export interface SimulatedClient extends ClientSession {
  conversations(): string[];
  /** Items of one of a conversation's objects: `ET`, `ES` or `MP`. */
  items(conversationSid: string, prefix: 'ET' | 'ES' | 'MP'): Map<string, Item>;
  view(): View;
  /** Why it is not at rest; undefined when it is. */
  restless(): string | undefined;
}

const TYPES = { Documents: 'document', Lists: 'list', Maps: 'map' } as const;
type Collection = keyof typeof TYPES;

export function createSimulatedClient(
  surroundings: ClientSurroundings,
  name: string,
  identity: string,
): SimulatedClient {
  const { world, ledger } = surroundings;
  const { random, trace, profile } = world;
  const conversations = new Map<string, OpenConversation>();
  let own: SyncCopy[] = [];
  let starting: object | undefined;

  const wrong = (what: string): void => world.violated(`${name}: ${what}`);
  const subscriptions = createClientSubscriptions(world, {
    wrong,
    gone(copy) {
      for (const conversation of conversations.values()) if (conversation.copies.includes(copy)) close(conversation);
    },
  });
  const session = createClientSession(surroundings, name, identity, {
    connected(link) {
      subscriptions.connected(link);
      if (own.length === 0 && starting === undefined) start();
    },
    disconnected: subscriptions.disconnected,
    notified: subscriptions.notified,
    startAnew() {
      for (const conversation of [...conversations.values()]) close(conversation);
      for (const copy of own) subscriptions.remove(copy);
      own = [];
      starting = undefined;
    },
  });

  /** Opens an object. Its events are wanted from the moment at which it was looked at; its items may come later. Undefined: not there. */
  async function open(collection: Collection, id: string, changed: Changed = () => {}): Promise<SyncCopy | undefined> {
    const { status, body } = await session.get(`/v3/${collection}/${id}?Include=items`);
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`${id} answered ${status}`);
    const description = { sid: String(body.sid), type: TYPES[collection], lastEventId: Number(body.last_event_id) };
    const copy = createSyncCopy(description, {
      wrong,
      writtenBy: ledger.writtenBy,
      changed(action, key, data) {
        trace.note(`${name} ${copy.sid.slice(-6)} ${action} ${key} ${data.text ?? data.friendlyName ?? ''}`);
        changed(action, key);
      },
    });
    if (collection === 'Documents') {
      copy.load([{ key: '', eventId: description.lastEventId, data: fieldsOf(body.data) }]);
    }
    if (Array.isArray(body.items)) copy.load(body.items.map(loadedItem));
    return copy;
  }

  /** Reads all items, page after page. False: the object is not there any more. */
  async function readItems(copy: SyncCopy, collection: Collection): Promise<boolean> {
    const base = `/v3/Services/${surroundings.serviceSid}/${collection}/${copy.sid}/Items`;
    let query = `HideExpired=true&PageSize=${profile.itemsPerPage}&Order=asc`;
    for (;;) {
      const { status, body } = await session.get(`${base}?${query}`);
      if (status !== 200 && status !== 404) throw new Error(`items of ${copy.sid} answered ${status}`);
      if (status === 404 || !Array.isArray(body.items)) return false;
      copy.load(body.items.map(loadedItem));
      const { next_token } = fieldsOf(body.meta);
      if (typeof next_token !== 'string') break;
      query = `PageToken=${next_token}`;
    }
    copy.loaded();
    return true;
  }

  function start(): void {
    const mine = {};
    starting = mine;
    run(async () => {
      const { body } = await session.get('/Client/v2/Configuration');
      const { my_conversations, my_user_info } = fieldsOf(body.sync_objects);
      const info = await open('Maps', String(my_user_info));
      const memberships = await open('Maps', String(my_conversations), (action, sid) => {
        if (action === 'added') join(sid);
        if (action === 'removed') close(conversations.get(sid));
      });
      // The user was deleted, and the server is about to end this session.
      if (info === undefined || memberships === undefined) return;
      info.loaded();
      own = [info, memberships];
      for (const copy of own) subscriptions.add(copy);
      await readItems(memberships, 'Maps');
    }).finally(() => {
      if (starting === mine) starting = undefined;
    });
  }

  function join(sid: string): void {
    close(conversations.get(sid));
    const conversation: OpenConversation = { sid, copies: [], loading: true, closed: false };
    conversations.set(sid, conversation);
    run(() => openConversation(conversation)).finally(() => {
      conversation.loading = false;
    });
  }

  async function openConversation(conversation: OpenConversation): Promise<void> {
    const { sid } = conversation;
    const channel = await open('Documents', `${sid}.channel`);
    const [messages, roster] = await Promise.all([open('Lists', `${sid}.messages`), open('Maps', `${sid}.roster`)]);
    if (channel === undefined || messages === undefined || roster === undefined) close(conversation);
    else if (!conversation.closed) {
      channel.loaded();
      conversation.copies = [channel, messages, roster];
      // Events may come before the items that they are about have been read, or after.
      const first = random.chance(0.5);
      if (first) for (const copy of conversation.copies) subscriptions.add(copy);
      const read = (await readItems(messages, 'Lists')) && (await readItems(roster, 'Maps'));
      if (!read) close(conversation);
      else if (!first && !conversation.closed) for (const copy of conversation.copies) subscriptions.add(copy);
    }
  }

  function close(conversation: OpenConversation | undefined): void {
    if (conversation === undefined || conversation.closed) return;
    conversation.closed = true;
    if (conversations.get(conversation.sid) === conversation) conversations.delete(conversation.sid);
    for (const copy of conversation.copies) subscriptions.remove(copy);
  }

  function run(work: () => Promise<void>): Promise<void> {
    return work().catch((error: unknown) => {
      if (!(error instanceof LinkLost)) wrong(String(error));
    });
  }

  const copies = (): SyncCopy[] => [...own, ...[...conversations.values()].flatMap((one) => one.copies)];

  return {
    ...session,
    conversations: () => [...conversations.keys()],
    items(conversationSid, prefix) {
      const copy = conversations.get(conversationSid)?.copies.find(({ sid }) => sid.startsWith(prefix));
      return copy?.items() ?? new Map();
    },
    view() {
      return Object.fromEntries(
        copies()
          .sort((a, b) => (a.sid < b.sid ? -1 : 1))
          .map((copy) => [copy.sid, sorted(copy.items())]),
      );
    },
    restless() {
      if (session.link() === undefined) return 'it is not connected';
      if (starting !== undefined || own.length === 0) return 'it is starting';
      const loading = [...conversations.values()].filter((conversation) => conversation.loading);
      if (loading.length > 0) return `it opens ${loading.map(({ sid }) => sid).join(' ')}`;
      const unsettled = subscriptions.unsettled();
      return unsettled.length === 0 ? undefined : `subscriptions: ${unsettled.join(', ')}`;
    },
  };
}

type Changed = (action: string, key: string) => void;

function loadedItem(value: unknown): { key: string; eventId: number; data: Fields } {
  const item = fieldsOf(value);
  return { key: String(item.key ?? item.index), eventId: Number(item.last_event_id), data: fieldsOf(item.data) };
}

function sorted(items: Map<string, Item>): Record<string, Item> {
  return Object.fromEntries([...items].sort(([a], [b]) => (a < b ? -1 : 1)));
}
