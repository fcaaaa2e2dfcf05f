import type { EventSource } from './schema.ts';

/** What the event log keeps of where a change came from (webhooks 2). */
export interface EventOrigin {
  /** Null: the server itself. */
  source: EventSource | null;
  /** Whether webhooks are sent of it. */
  webhooks: boolean;
}

/** Of what is done behind every command: nobody asked for it, and no webhook tells of it. */
export const BACKGROUND: EventOrigin = { source: null, webhooks: false };

/** What the command that has a writer's connection now is about. */
interface Writing {
  origin: EventOrigin;
  /** Whether it has appended to the event log. */
  logged: boolean;
}

/** One entry for each writer's connection: on it one command runs to its end before the next. */
const writings = new WeakMap<object, Writing>();

/** Begins a command of that origin on the connection. The returned object tells what becomes of it. */
export function beginWriting(db: object, origin: EventOrigin): Readonly<Writing> {
  const writing = { origin, logged: false };
  writings.set(db, writing);
  return writing;
}

/** Notes that the command on the connection appends to the event log; returns its origin. */
export function noteLogged(db: object): EventOrigin {
  const writing = writings.get(db);
  if (writing === undefined) return BACKGROUND;
  writing.logged = true;
  return writing.origin;
}
