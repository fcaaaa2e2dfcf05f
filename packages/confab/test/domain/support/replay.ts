import { expect } from 'vitest';
import {
  type Change,
  changesSince,
  findUser,
  headPosition,
  requireConversation,
  type SyncObject,
} from '../../../src/domain/index.ts';
import type { Store } from '../../../src/store/index.ts';
import type { TestDomain } from '../../support/store.ts';
import { type History, type Items, itemOf, type Model } from './model.ts';

/** The Sync objects of all conversations and users, with what the model knows of them. */
export async function objectsOf(
  { store, service }: TestDomain,
  model: Model,
): Promise<{ object: SyncObject; history: History }[]> {
  const objects: { object: SyncObject; history: History }[] = [];
  for (const { sid, histories } of model.conversations) {
    const { id } = await requireConversation(store.read, service.id, sid);
    for (const kind of ['channel', 'messages', 'roster'] as const) {
      objects.push({ object: { kind, id, conversation: { sid, service_sid: service.sid } }, history: histories[kind] });
    }
  }
  for (const [user, identity] of model.identities.entries()) {
    const row = await findUser(store.read, service.id, identity);
    const history = model.memberships[user];
    if (row === undefined || history === undefined) throw new Error(`no user ${identity}`);
    objects.push({
      object: { kind: 'memberships', id: row.id, user: { sid: row.sid, service_sid: service.sid } },
      history,
    });
  }
  return objects;
}

/** The published changes of the object are its events, each once and in order, and lead from state to state. */
export function expectLive(object: SyncObject, history: History, changes: readonly Change[]): void {
  const own = changes.filter((change) => change.object === object.kind && ownerOf(change) === ownerOf(object));
  expect(own.map(({ event }) => event)).toEqual(history.slice(1).map((_, at) => at + 1));
  let items: Items = new Map();
  for (const change of own) {
    items = after(items, change);
    expect(items).toEqual(history[change.event]);
  }
}

/** Who had the object's state at `start` comes to its present one by what is told of the time since. */
export async function expectReplay(
  store: Store,
  object: SyncObject,
  history: History,
  start: number,
  pageSize: number,
): Promise<void> {
  let items = history[start] ?? new Map();
  let position = start;
  for (let complete = false; !complete; ) {
    const page = await changesSince(store.read, object, position, pageSize);
    if (page === undefined || page === 'too old') throw new Error(`The replay after ${position} is ${page}.`);
    expect(page.changes.length).toBeLessThanOrEqual(pageSize);
    for (const change of page.changes) {
      expect(change.event).toBeGreaterThan(position);
      position = change.event;
      items = after(items, change);
    }
    expect(page.upTo).toBeGreaterThanOrEqual(position);
    position = page.upTo;
    complete = page.complete;
  }
  expect(position).toBe((await headPosition(store.read, object))?.head);
  expect(position).toBe(history.length - 1);
  expect(items).toEqual(history.at(-1));
}

function ownerOf(thing: Change | SyncObject): string {
  return 'conversation' in thing ? thing.conversation.sid : thing.user.sid;
}

function after(items: Items, change: Change): Items {
  const next = new Map(items);
  if (change.object === 'channel' && change.action === 'removed') throw new Error('no command deletes it here');
  if (change.object === 'channel') next.set('', itemOf(change.row.last_message_index, change.row.friendly_name));
  else if (change.object === 'user_info') throw new Error('no command changes it here');
  else if (change.action === 'removed') next.delete(change.key);
  else if (change.object === 'messages') next.set(String(change.row.index), itemOf(change.row.author, change.row.body));
  else if (change.object === 'roster') {
    next.set(change.row.sid, itemOf(change.row.identity, change.row.last_read_message_index));
  } else next.set(change.row.conversation_sid, itemOf(change.row.last_read_message_index));
  return next;
}
