import { isDeepStrictEqual } from 'node:util';
import type { View } from './client.ts';
import type { ExpectedState } from './expected-state.ts';

/** What a client in rest must know, as far as the event log tells it. */
export function expectedView({ conversations }: ExpectedState, identity: string): Summary {
  const summary: Summary = {};
  for (const [sid, { friendlyName, attributes, state, messages, participants }] of conversations) {
    if (![...participants.values()].some((participant) => participant.identity === identity)) continue;
    const byIndex = [...messages.values()].sort((a, b) => a.index - b.index);
    summary[sid] = {
      channel: { friendlyName, attributes, state, lastIndex: byIndex.at(-1)?.index },
      messages: byIndex.map((message) => ({ ...message })),
      roster: [...participants]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, { address, ...fields }]) => ({ key, ...fields, type: address === null ? 'chat' : 'sms' })),
    };
  }
  return sortedByKey(summary);
}

/** By conversation. */
export type Summary = Record<string, { channel: object; messages: object[]; roster: object[] }>;

/** What a client knows, in the same words. */
export function summaryOf(view: View): Summary {
  const memberships = Object.entries(view).find(([sid]) => sid.startsWith('MC'))?.[1] ?? {};
  const summary: Summary = {};
  for (const sid of Object.keys(memberships)) {
    const tail = sid.slice(2);
    const channel = view[`ET${tail}`]?.['']?.data;
    const last = Object(channel?.lastMessage);
    summary[sid] = {
      channel: {
        friendlyName: channel?.friendlyName,
        attributes: channel?.attributes,
        state: Object(channel?.state).current,
        lastIndex: last.index,
      },
      messages: Object.entries(view[`ES${tail}`] ?? {})
        .map(([index, { data }]) => ({
          index: Number(index),
          body: data.text,
          attributes: data.attributes,
          author: data.author,
        }))
        .sort((a, b) => a.index - b.index),
      roster: Object.entries(view[`MP${tail}`] ?? {}).map(([key, { data }]) => ({
        key,
        identity: data.identity,
        attributes: data.attributes,
        roleSid: data.roleSid,
        horizon: data.lastConsumedMessageIndex,
        type: data.type,
      })),
    };
  }
  return sortedByKey(summary);
}

function sortedByKey<Value>(record: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Where two values differ first; undefined when they are equal. */
export function difference(a: unknown, b: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(a, b)) return undefined;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return `${path || 'all'}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`;
  }
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const found = difference(left.get(key), right.get(key), path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return `${path}: equal but for their prototypes`;
}
