import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Change } from '../store/index.ts';
import { type Bus, type BusListener, ownerSidOf, type Touch } from './bus.ts';

const CHANNEL = 'confab_changes';

/** A notification's payload must stay below 8000 bytes (https://www.postgresql.org/docs/current/sql-notify.html): a touch has about 60. */
const TOUCHES_PER_NOTIFICATION = 100;

const RECONNECT_MS = 1000;

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
    const touches = readPayload(payload, origin);
    if (touches.length > 0) for (const listener of listeners) listener.touched(touches);
  }

  function tell(): void {
    const touches = [...untold.values()];
    untold = new Map();
    for (let at = 0; at < touches.length; at += TOUCHES_PER_NOTIFICATION) {
      const payload = JSON.stringify([origin, ...touches.slice(at, at + TOUCHES_PER_NOTIFICATION).map(pack)]);
      // While there is no connection nobody is told: the other nodes compare with the database.
      client?.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]).catch(onError);
    }
  }

  await connect();
  return {
    publish(changes) {
      for (const listener of listeners) listener.changes(changes);
      if (untold.size === 0) setImmediate(tell);
      for (const change of changes) {
        const ownerSid = ownerSidOf(change);
        untold.set(`${change.object} ${ownerSid}`, { object: change.object, ownerSid, event: change.event });
      }
    },
    listen: (listener) => void listeners.push(listener),
    async close() {
      closed = true;
      await client?.end();
    },
  };
}

function pack({ object, ownerSid, event }: Touch): [number, string, number] {
  return [OBJECTS.indexOf(object), ownerSid, event];
}

/** The touches of another node; nothing for our own, and for what is not ours at all. */
function readPayload(payload: string | undefined, origin: string): Touch[] {
  let message: unknown;
  try {
    message = JSON.parse(payload ?? '');
  } catch {
    return [];
  }
  if (!Array.isArray(message) || message[0] === origin) return [];
  return message.slice(1).flatMap((packed: unknown) => {
    if (!Array.isArray(packed)) return [];
    const [index, ownerSid, event]: unknown[] = packed;
    const object = typeof index === 'number' ? OBJECTS[index] : undefined;
    return object !== undefined && typeof ownerSid === 'string' && typeof event === 'number'
      ? [{ object, ownerSid, event }]
      : [];
  });
}
