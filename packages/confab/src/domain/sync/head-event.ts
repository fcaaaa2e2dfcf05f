import type { ReadDb } from '../../store/seam.ts';
import { type Param, statement } from '../../store/seam.ts';
import type { SyncObject, SyncObjectKind } from './sync-object.ts';

const conversationHeads = statement((db: ReadDb, p: Param<{ id: number }>) =>
  db
    .selectFrom('conversations')
    .select(['channel_event', 'messages_event', 'messages_floor', 'roster_event', 'roster_floor'])
    .where('id', '=', p('id'))
    .where('deleted_at', 'is', null),
);

const userHeads = statement((db: ReadDb, p: Param<{ id: number }>) =>
  db
    .selectFrom('users')
    .select(['conversations_event', 'conversations_floor', 'info_event'])
    .where('id', '=', p('id'))
    .where('deleted_at', 'is', null),
);

export interface HeadPosition {
  /** Id of the newest event. */
  head: number;
  /** Tombstones of events up to this one may have expired; 0 where none has, and for objects that lose no items. */
  floor: number;
  /** Newest roster event of the conversation; 0 for a user's objects. */
  roster: number;
}

/** Where the object's events stand in the database; undefined when its owner is gone. */
export async function headPosition(db: ReadDb, object: SyncObject): Promise<HeadPosition | undefined> {
  if ('conversation' in object) {
    const [row] = await conversationHeads(db, { id: object.id });
    if (row === undefined) return undefined;
    const roster = row.roster_event;
    return {
      channel: { head: row.channel_event, floor: 0, roster },
      messages: { head: row.messages_event, floor: row.messages_floor, roster },
      roster: { head: row.roster_event, floor: row.roster_floor, roster },
    }[object.kind];
  }
  const [row] = await userHeads(db, { id: object.id });
  if (row === undefined) return undefined;
  return {
    memberships: { head: row.conversations_event, floor: row.conversations_floor, roster: 0 },
    user_info: { head: row.info_event, floor: 0, roster: 0 },
  }[object.kind];
}

export interface Heads {
  id: number;
  heads: Partial<Record<SyncObjectKind, number>>;
}

/** Newest event ids of many conversations or users at once, for comparing what a node serves with the database (invariant 4). */
export async function headEvents(db: ReadDb, owner: 'conversation' | 'user', ids: readonly number[]): Promise<Heads[]> {
  if (ids.length === 0) return [];
  if (owner === 'conversation') {
    const rows = await db
      .selectFrom('conversations')
      .select(['id', 'channel_event', 'messages_event', 'roster_event'])
      .where('id', 'in', [...ids])
      .where('deleted_at', 'is', null)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      heads: { channel: row.channel_event, messages: row.messages_event, roster: row.roster_event },
    }));
  }
  const rows = await db
    .selectFrom('users')
    .select(['id', 'conversations_event', 'info_event'])
    .where('id', 'in', [...ids])
    .where('deleted_at', 'is', null)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    heads: { memberships: row.conversations_event, user_info: row.info_event },
  }));
}
