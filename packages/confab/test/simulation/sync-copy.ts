import { type Fields, fieldsOf } from '../support/raw-frames.ts';

/** A client's copy of one Sync object, kept as the SDK keeps its own (protocol 6.4), and suspicious of what it is told. */
export interface SyncCopy {
  readonly sid: string;
  readonly type: 'document' | 'list' | 'map';
  /** Where a replay has to begin. */
  lastEventId(): number;
  /** Items that were read rather than told. */
  load(items: readonly LoadedItem[]): void;
  /** Everything has been read: from now on nothing can be told of that is not known. */
  loaded(): void;
  /** An event. `repeated`: the client has asked in a way that may bring what it has already. */
  tell(type: string, fields: Fields, repeated: boolean): void;
  /** The server says that the copy is up to date to this event. */
  advance(eventId: number): void;
  /** What there is: data and event id by key. */
  items(): Map<string, Item>;
}

export interface LoadedItem {
  key: string;
  eventId: number;
  data: Fields;
}

export interface Item {
  readonly eventId: number;
  readonly data: Fields;
}

export interface CopyWatcher {
  /** An item has come, changed or gone, as an app would be told. */
  changed(action: 'added' | 'updated' | 'removed', key: string, data: Fields): void;
  /** The server has told what it must not. */
  wrong(what: string): void;
  /** Which of two texts of the same thing was written later: the one with the higher number. */
  writtenBy(text: unknown): number | undefined;
}

/** What is known of a key. Without data it was removed. */
interface Known {
  eventId: number;
  data: Fields | undefined;
}

export function createSyncCopy(
  { sid, type, lastEventId: from }: { sid: string; type: SyncCopy['type']; lastEventId: number },
  watcher: CopyWatcher,
): SyncCopy {
  const known = new Map<string, Known>();
  let lastEventId = from;
  let complete = false;

  function mutate(action: 'added' | 'updated', key: string, eventId: number, data: Fields): void {
    const before = known.get(key);
    if (before !== undefined && before.eventId >= eventId) return;
    if (complete && action === 'updated' && before?.data === undefined) {
      watcher.wrong(`${sid} ${key}: event ${eventId} updates what is not there`);
    }
    if (complete && action === 'added' && before?.data !== undefined) {
      watcher.wrong(`${sid} ${key}: event ${eventId} adds what is there since event ${before.eventId}`);
    }
    if (before?.data !== undefined) refuseOlder(key, before.data, data);
    known.set(key, { eventId, data });
    watcher.changed(before?.data === undefined ? 'added' : 'updated', key, data);
  }

  function refuseOlder(key: string, before: Fields, after: Fields): void {
    for (const name of ['text', 'attributes', 'friendlyName', 'value']) {
      const [older, newer] = [watcher.writtenBy(before[name]), watcher.writtenBy(after[name])];
      if (older !== undefined && newer !== undefined && newer < older) {
        watcher.wrong(`${sid} ${key}: ${name} goes back from ${before[name]} to ${after[name]}`);
      }
    }
  }

  function remove(key: string, eventId: number): void {
    const before = known.get(key);
    if (before !== undefined && before.eventId >= eventId) return;
    known.set(key, { eventId, data: undefined });
    if (before?.data !== undefined) watcher.changed('removed', key, before.data);
  }

  return {
    sid,
    type,
    lastEventId: () => lastEventId,
    load(items) {
      for (const { key, eventId, data } of items) {
        const before = known.get(key);
        if (before !== undefined && before.eventId >= eventId) continue;
        known.set(key, { eventId, data });
        watcher.changed(before?.data === undefined ? 'added' : 'updated', key, data);
      }
    },
    loaded() {
      complete = true;
    },
    tell(eventType, fields, repeated) {
      const eventId = Number(fields.id);
      if (eventId <= lastEventId && !repeated) {
        watcher.wrong(`${sid}: event ${eventId} (${eventType}) comes after event ${lastEventId}`);
      }
      if (eventType === 'document_updated') {
        // Events of a document are ignored by the object's id, not by the item's (protocol 6.4).
        if (eventId > lastEventId) mutate('updated', '', eventId, fieldsOf(fields.document_data));
      } else {
        const key = String(type === 'list' ? fields.item_index : fields.item_key);
        if (eventType.endsWith('_removed')) remove(key, eventId);
        else mutate(eventType.endsWith('_added') ? 'added' : 'updated', key, eventId, fieldsOf(fields.item_data));
      }
      lastEventId = Math.max(lastEventId, eventId);
    },
    advance(eventId) {
      lastEventId = Math.max(lastEventId, eventId);
    },
    items() {
      const items = new Map<string, Item>();
      for (const [key, { eventId, data }] of known) if (data !== undefined) items.set(key, { eventId, data });
      return items;
    },
  };
}
