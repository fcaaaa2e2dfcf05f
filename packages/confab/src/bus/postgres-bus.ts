import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Change, Recheck } from '../store/index.ts';
import type { DatabaseTimes } from '../store/postgres/index.ts';
import { type Bus, type BusListener, ownerSidOf, type Touch, type Typing } from './bus.ts';
import { listenOn } from './listening-connection.ts';
import { payloads } from './payloads.ts';

const CHANNEL = 'confab_changes';

const RECHECKED: readonly Recheck['of'][] = ['account', 'api_key', 'person', 'service', 'sessions', 'user'];

/** Stands in a notification where the event log has grown. */
const LOGGED = 'log';

const OBJECTS: readonly Change['object'][] = ['channel', 'messages', 'roster', 'memberships', 'user_info'];

export interface PostgresBusOptions {
  times: DatabaseTimes;
  clock: Clock;
  /** Told of losses that the bus recovers from by itself. */
  onError: (error: unknown) => void;
}

/**
 * A bus for a few nodes that needs nothing but their database: PostgreSQL's LISTEN and NOTIFY carry ids, and the other nodes read the
 * content. This node gets its own changes directly. Sent after the commit on a connection of its own: inside the transaction it would make
 * all commits on the server wait for each other. Throws DatabaseUnreachableError.
 */
export async function createPostgresBus(url: string, options: PostgresBusOptions): Promise<Bus> {
  const origin = randomBytes(8).toString('hex');
  const listeners: BusListener[] = [];
  /** Newest event of each object that is still to be told, and each recheck: many messages in one turn are one touch. */
  let untold = new Map<string, unknown[]>();
  let telling: Promise<void> | undefined;

  const connection = await listenOn({
    ...options,
    url,
    channel: CHANNEL,
    onPayload(payload) {
      const { touches, rechecks, typing, logged } = readPayload(payload, origin);
      if (logged) for (const listener of listeners) listener.logged?.();
      if (touches.length + rechecks.length > 0) for (const listener of listeners) listener.touched(touches, rechecks);
      for (const one of typing) for (const listener of listeners) listener.typing(one);
    },
    onReconnected() {
      for (const listener of listeners) listener.reconnected();
    },
  });

  /** One notification at a time: what is published meanwhile is merged. */
  async function tell(): Promise<void> {
    // After this turn of the loop, so that what it publishes goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (untold.size > 0) {
      const told = [...untold.values()];
      untold = new Map();
      for (const payload of payloads(origin, told)) await connection.notify(payload);
    }
    telling = undefined;
  }

  return {
    publish(changeSet) {
      for (const listener of listeners) listener.changed(changeSet);
      for (const change of changeSet.changes) {
        const ownerSid = ownerSidOf(change);
        const touch = { object: change.object, ownerSid, event: change.event };
        untold.set(`${change.object} ${ownerSid}`, packTouch(touch));
      }
      for (const recheck of changeSet.rechecks) untold.set(`${recheck.of} ${recheck.sid}`, packRecheck(recheck));
      if (untold.size > 0) telling ??= tell();
    },
    tellTyping(typing) {
      for (const listener of listeners) listener.typing(typing);
      untold.set(`typing ${typing.conversationSid} ${typing.userId}`, packTyping(typing));
      telling ??= tell();
    },
    publishLogged() {
      for (const listener of listeners) listener.logged?.();
      untold.set(LOGGED, [LOGGED, '']);
      telling ??= tell();
    },
    listen: (listener) => void listeners.push(listener),
    close: () => connection.close(Promise.resolve(telling)),
  };
}

/** Rechecks are told apart from touches by what stands first: a word, not a number. */
function packTouch({ object, ownerSid, event }: Touch): unknown[] {
  return [OBJECTS.indexOf(object), ownerSid, event];
}

function packRecheck({ of, sid }: Recheck): unknown[] {
  return [of, sid];
}

function packTyping({ conversationSid, rosterEvent, userId, identity }: Typing): unknown[] {
  return ['typing', conversationSid, rosterEvent, userId, identity];
}

interface Told {
  touches: Touch[];
  rechecks: Recheck[];
  typing: Typing[];
  logged: boolean;
}

/** What another node has told; nothing for our own, and for what is not ours at all. */
function readPayload(payload: string | undefined, origin: string): Told {
  const told: Told = { touches: [], rechecks: [], typing: [], logged: false };
  let message: unknown;
  try {
    message = JSON.parse(payload ?? '');
  } catch {
    return told;
  }
  if (!Array.isArray(message) || message[0] === origin) return told;
  for (const packed of message.slice(1)) {
    const [first, sid, event, userId, identity]: unknown[] = Array.isArray(packed) ? packed : [];
    if (typeof sid !== 'string') continue;
    if (first === LOGGED) told.logged = true;
    const object = typeof first === 'number' ? OBJECTS[first] : undefined;
    const of = RECHECKED.find((one) => one === first);
    if (object !== undefined && typeof event === 'number') told.touches.push({ object, ownerSid: sid, event });
    if (first === 'typing' && typeof event === 'number' && typeof userId === 'number' && typeof identity === 'string') {
      told.typing.push({ conversationSid: sid, rosterEvent: event, userId, identity });
    }
    if (of !== undefined) told.rechecks.push({ of, sid });
  }
  return told;
}
