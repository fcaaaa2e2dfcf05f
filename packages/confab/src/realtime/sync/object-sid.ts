import { type Change, isSid, type SyncObjectKind } from '../../domain/index.ts';

export type SyncType = 'document' | 'list' | 'map';

interface Naming {
  prefix: string;
  owner: 'CH' | 'US';
  /** Unique name = owner's SID and this ending (protocol 8). */
  ending: string;
  type: SyncType;
}

/**
 * A Sync object's SID is its owner's under a prefix that tells which of the owner's objects it is: nothing to store, nothing to look up,
 * and no two objects share one. ET, ES and MP are the original's prefixes for documents, lists and maps; the two maps of a user need
 * prefixes of their own, and clients take SIDs as opaque (protocol 6.2).
 */
const NAMING: Readonly<Record<SyncObjectKind, Naming>> = {
  channel: { prefix: 'ET', owner: 'CH', ending: '.channel', type: 'document' },
  messages: { prefix: 'ES', owner: 'CH', ending: '.messages', type: 'list' },
  roster: { prefix: 'MP', owner: 'CH', ending: '.roster', type: 'map' },
  memberships: { prefix: 'MC', owner: 'US', ending: '.channels', type: 'map' },
  user_info: { prefix: 'MU', owner: 'US', ending: '.info', type: 'map' },
};

const KINDS: readonly SyncObjectKind[] = ['channel', 'messages', 'roster', 'memberships', 'user_info'];
export interface ObjectAddress {
  kind: SyncObjectKind;
  /** SID of the conversation or user. */
  ownerSid: string;
}

export function objectSid(kind: SyncObjectKind, ownerSid: string): string {
  return NAMING[kind].prefix + ownerSid.slice(2);
}

export function objectName(kind: SyncObjectKind, ownerSid: string): string {
  return ownerSid + NAMING[kind].ending;
}

export function syncType(kind: SyncObjectKind): SyncType {
  return NAMING[kind].type;
}

/** Which object a SID or unique name means, if it has the form of one. Whether it exists is for the database to say. */
export function parseObjectAddress(sidOrName: string): ObjectAddress | undefined {
  for (const kind of KINDS) {
    const { prefix, owner, ending } = NAMING[kind];
    const ownerSid = sidOrName.startsWith(prefix)
      ? owner + sidOrName.slice(prefix.length)
      : sidOrName.endsWith(ending) && sidOrName.slice(0, -ending.length);
    if (ownerSid !== false && isSid(owner, ownerSid)) return { kind, ownerSid };
  }
  return undefined;
}

/** Whether the text has the form of an object's SID. A unique name has not: an object has one SID, under which everything about it is kept. */
export function isObjectSid(text: string): boolean {
  const address = parseObjectAddress(text);
  return address !== undefined && objectSid(address.kind, address.ownerSid) === text;
}

/** SID of the object that a change belongs to. */
export function objectSidOfChange(change: Change): string {
  return objectSid(change.object, 'conversation' in change ? change.conversation.sid : change.user.sid);
}
