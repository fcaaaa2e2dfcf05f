import { type Fields, fieldsOf } from '../support/raw-frames.ts';
import type { Chronicle, Commit, LogEntry } from './chronicle.ts';
import type { SocketOwner, WireWatch } from './client-session.ts';
import type { Ledger } from './ledger.ts';
import type { Rights } from './rights.ts';
import type { World } from './world.ts';

/** What has to be known of a node to say what it may still write. */
export interface Hearing {
  /** World time at which it first heard over the bus of a commit. */
  heardOf(commit: number): number | undefined;
  /** World time of the last read that failed. */
  lastReadFault(): number;
  /** By how much its clock was set back, in all. */
  setBackMs(): number;
}

export interface WireCheckOptions {
  world: World;
  chronicle: Chronicle;
  ledger: Ledger;
  rights: Rights;
  /** The node that writes. */
  node: Hearing;
}

/**
 * Watches what a node writes to sockets:
 *
 * - nothing that is not committed, be it an event or the acknowledgement of a command (invariant 1);
 * - nothing to somebody who has lost the right to it, of what was committed after their node knew of the loss, and nothing at all to
 *   somebody whose key was revoked once their node knows (invariant 7);
 * - not more than the bound to who does not read (invariant 6).
 *
 * A node *knows* of a commit as soon as the first of these has come to pass, and what it is reading from the database has arrived:
 * the bus has brought it; the client has logged in since; the interval has passed after which each node compares what it serves with
 * the database (invariant 4). A read that failed starts the interval anew.
 */
export function createWireCheck({ world, chronicle, ledger, rights, node }: WireCheckOptions): WireWatch {
  const { schedule, profile } = world;
  const { busCheckMs, outboxBytesPerConnection } = profile.limits;
  /** A look into the database is a handful of statements, and another may have to end first. */
  const reading = 40 * profile.readDelay.maxMs + 1;
  const heads = new Map<string, number>();

  function knownAt({ number, at }: Commit, openedAt: number): number {
    const fault = node.lastReadFault();
    const heard = node.heardOf(number);
    const candidates = [Math.max(at, fault) + 2 * busCheckMs + node.setBackMs()];
    if (heard !== undefined && heard > fault) candidates.push(heard);
    if (openedAt > at && openedAt > fault) candidates.push(openedAt);
    return Math.min(...candidates) + reading;
  }

  function checkEvent(owner: SocketOwner, type: string, fields: Fields): void {
    const sid = String(fields.document_sid ?? fields.list_sid ?? fields.map_sid);
    const id = Number(fields.id);
    const what = `event ${id} of ${sid} (${type})`;
    if (id > (heads.get(sid) ?? 0)) heads.set(sid, chronicle.head(sid));
    if (id > (heads.get(sid) ?? 0)) world.violated(`${owner.client} is told of ${what}, which is not committed`);
    else checkRight(owner, sid, what, chronicle.causeOf(sid, id));
    checkContent(owner, sid, what, fieldsOf(fields.item_data ?? fields.document_data));
  }

  /** An object as it was opened, or its items as they were read. */
  function checkRead(owner: SocketOwner, { sid, data, items }: Fields): void {
    if (data !== undefined) checkContent(owner, String(sid), 'its data', fieldsOf(data));
    for (const item of Array.isArray(items) ? items.map(fieldsOf) : []) {
      checkContent(owner, String(item.list_sid ?? item.map_sid), 'an item', fieldsOf(item.data));
    }
  }

  /** Something may be told of in a newer state than that of its event. */
  function checkContent(owner: SocketOwner, sid: string, what: string, data: Fields): void {
    for (const text of [data.text, data.attributes, data.friendlyName]) {
      const writer = ledger.writtenBy(text);
      if (writer !== undefined) checkRight(owner, sid, `${what} with ${text}`, chronicle.entry(writer));
    }
  }

  function checkRight(owner: SocketOwner, sid: string, what: string, cause: LogEntry | undefined): void {
    if (cause === undefined || rights.heldSince(cause, owner.identity, sid)) return;
    const lost = rights.lostBefore(cause, owner.identity, sid);
    const told = `${owner.client} is told of ${what} of ${sid}, commit ${cause.commit.number}`;
    if (lost === undefined) {
      world.violated(`${told}, which it never might see`);
    } else if (lost.kind !== 'role.updated' || cause.commit.at > knownAt(lost.commit, owner.openedAt)) {
      world.violated(`${told}, though it lost the right to it in commit ${lost.commit.number} at ${lost.commit.at}`);
    }
  }

  function checkKeys({ client, keySids, openedAt }: SocketOwner): void {
    const revoked = keySids.map((sid) => rights.revoked(sid));
    const [first] = revoked;
    if (first === undefined || revoked.includes(undefined)) return;
    if (schedule.now() > knownAt(first, openedAt)) {
      world.violated(`${client} is written to, though its key was revoked in commit ${first.number} at ${first.at}`);
    }
  }

  return (owner, packets, unreadBytes, operationOf) => {
    const newest = Math.max(...packets.map(({ header }) => Number(header.payload_size ?? 0)));
    // Twice, because the frame around an event does not count against the bound, and small events are mostly frame.
    if (unreadBytes > 2 * outboxBytesPerConnection + profile.network.windowBytes + newest) {
      world.violated(`${owner.client} has ${unreadBytes} bytes unread`);
    }
    for (const { header, body } of packets) {
      if (header.method === 'notification') {
        checkKeys(owner);
        const { event_type, event, events } = fieldsOf(body);
        const type = String(event_type);
        if (type.startsWith('subscription_')) continue;
        for (const one of Array.isArray(events) ? events : [event]) checkEvent(owner, type, fieldsOf(one));
      } else if (header.method === 'reply') {
        checkRead(owner, fieldsOf(body));
        const operation = operationOf(header.id);
        if (operation === undefined) continue;
        const status = Number(fieldsOf(header.http_status).code);
        if (status < 300) operation.acknowledged();
        else if (!isDoubtful(body)) operation.refused();
      }
    }
  };
}

/** The server says that it does not know whether it has done what was asked. */
function isDoubtful(body: unknown): boolean {
  return String(fieldsOf(body).message).startsWith('It is not known');
}
