import type { ReadDb } from '../../store/seam.ts';
import { type Param, statement } from '../../store/seam.ts';
import type { SyncObject, SyncObjectKind } from './sync-object.ts';

const conversationHeads = statement((db: ReadDb, p: Param<{ id: number }>) =>
  db
    .selectFrom('conversations')
    .select(['channel_event as channel', 'messages_event as messages', 'roster_event as roster'])
    .where('id', '=', p('id')),
);

const userHeads = statement((db: ReadDb, p: Param<{ id: number }>) =>
  db
    .selectFrom('users')
    .select(['conversations_event as memberships', 'info_event as user_info'])
    .where('id', '=', p('id')),
);

/** Id of the newest event of the object in the database; undefined when its owner is gone. */
export async function headEvent(db: ReadDb, object: SyncObject): Promise<number | undefined> {
  if ('conversation' in object) return (await conversationHeads(db, { id: object.id }))[0]?.[object.kind];
  return (await userHeads(db, { id: object.id }))[0]?.[object.kind];
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
    .execute();
  return rows.map((row) => ({
    id: row.id,
    heads: { memberships: row.conversations_event, user_info: row.info_event },
  }));
}
