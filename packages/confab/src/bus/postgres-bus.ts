import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Change, Recheck } from '../store/index.ts';
import { type Bus, type BusListener, ownerSidOf, type Touch } from './bus.ts';

const CHANNEL = 'confab_changes';

/** A notification's payload must stay below 8000 bytes (https://www.postgresql.org/docs/current/sql-notify.html): a touch has about 60. */
const TOLD_PER_NOTIFICATION = 100;

const RECONNECT_MS = 1000;

const RECHECKED: readonly Recheck['of'][] = ['account', 'api_key', 'service', 'user'];

const OBJECTS: readonly Change['object'][] = ['channel', 'messages', 'roster', 'memberships', 'user_info'];

/**
 * A bus for a few nodes that needs nothing but their database: PostgreSQL's LISTEN and NOTIFY carry ids, and the other nodes read the
 * content. This node gets its own changes directly. Sent after the commit on a connection of its own: inside the transaction it would make
 * all commits on the server wait for each other.
 */
export async function createPostgresBus(url: string, onError: (error: unknown) => void): Promise<Bus> {
  const origin = randomBytes(8).toString('hex');
  const listeners: BusListener[] = [];
  /** Newest event of each object that is still to be told: many messages in one turn are one touch. */
  let untold = new Map<string, Touch>();
  let untoldRechecks: Recheck[] = [];
  let scheduled = false;
  let client: pg.Client | undefined;
  let closed = false;

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: url, application_name: 'confab bus' });
    fresh.on('error', (error) => reconnect(fresh, error));
    fresh.on('notification', ({ payload }) => receive(payload));
    await fresh.connect();
    await fresh.query(`LISTEN ${CHANNEL}`);
    client = fresh;
  }

  function reconnect(broken: pg.Client, error: unknown): void {
    if (closed) return;
    onError(error);
    if (client === broken) client = undefined;
    setTimeout(() => {
      if (!closed) connect().catch((failure: unknown) => reconnect(broken, failure));
    }, RECONNECT_MS).unref();
  }

  function receive(payload: string | undefined): void {
    const { touches, rechecks } = readPayload(payload, origin);
    if (touches.length + rechecks.length > 0) for (const listener of listeners) listener.touched(touches, rechecks);
  }

  function tell(): void {
    scheduled = false;
    const told = [...[...untold.values()].map(packTouch), ...untoldRechecks.map(packRecheck)];
    untold = new Map();
    untoldRechecks = [];
    for (let at = 0; at < told.length; at += TOLD_PER_NOTIFICATION) {
      const payload = JSON.stringify([origin, ...told.slice(at, at + TOLD_PER_NOTIFICATION)]);
      // While there is no connection nobody is told: the other nodes compare with the database.
      client?.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]).catch(onError);
    }
  }

  await connect();
  return {
    publish(changeSet) {
      for (const listener of listeners) listener.changed(changeSet);
      for (const change of changeSet.changes) {
        const ownerSid = ownerSidOf(change);
        untold.set(`${change.object} ${ownerSid}`, { object: change.object, ownerSid, event: change.event });
      }
      untoldRechecks.push(...changeSet.rechecks);
      if (!scheduled) {
        scheduled = true;
        setImmediate(tell);
      }
    },
    listen: (listener) => void listeners.push(listener),
    async close() {
      closed = true;
      await client?.end();
    },
  };
}

/** Rechecks are told apart from touches by what stands first: a word, not a number. */
function packTouch({ object, ownerSid, event }: Touch): unknown[] {
  return [OBJECTS.indexOf(object), ownerSid, event];
}

function packRecheck({ of, sid }: Recheck): unknown[] {
  return [of, sid];
}

interface Told {
  touches: Touch[];
  rechecks: Recheck[];
}

/** What another node has told; nothing for our own, and for what is not ours at all. */
function readPayload(payload: string | undefined, origin: string): Told {
  const told: Told = { touches: [], rechecks: [] };
  let message: unknown;
  try {
    message = JSON.parse(payload ?? '');
  } catch {
    return told;
  }
  if (!Array.isArray(message) || message[0] === origin) return told;
  for (const packed of message.slice(1)) {
    const [first, sid, event]: unknown[] = Array.isArray(packed) ? packed : [];
    if (typeof sid !== 'string') continue;
    const object = typeof first === 'number' ? OBJECTS[first] : undefined;
    const of = RECHECKED.find((one) => one === first);
    if (object !== undefined && typeof event === 'number') told.touches.push({ object, ownerSid: sid, event });
    if (of !== undefined) told.rechecks.push({ of, sid });
  }
  return told;
}
