import type { Change, ChangeSet, Recheck } from '../store/index.ts';

/** A change without its content: where the database must be read. */
export interface Touch {
  object: Change['object'];
  /** SID of the conversation or user that the object belongs to. */
  ownerSid: string;
  event: number;
}

/** Somebody is typing. Of use now or never: not stored, told once, and lost without harm. */
export interface Typing {
  conversationSid: string;
  /** Newest roster event when the right to it was checked: a node that does not know that far passes nothing on (invariant 7). */
  rosterEvent: number;
  userId: number;
  identity: string;
}

export interface BusListener {
  /** What a commit changed, whole. */
  changed(changeSet: ChangeSet): void;
  /** What a commit touched, without the content. */
  touched(touches: readonly Touch[], rechecks: readonly Recheck[]): void;
  typing(typing: Typing): void;
  /** The bus was cut off for a while, and what others published then is lost: the database must be compared with. */
  reconnected(): void;
  /** A commit, on whichever node, has appended to the event log. */
  logged?(): void;
}

/**
 * Carries what a commit changed to all nodes, this one included. It is a hint: messages may be lost, repeated, late or out of order,
 * and the database is the truth (invariant 4).
 */
export interface Bus {
  /** One commit's changes, published once, after it. Never throws. */
  publish(changeSet: ChangeSet): void;
  /** Tells all nodes of somebody who types. Never throws. */
  tellTyping(typing: Typing): void;
  /** A commit has appended to the event log. Never throws. */
  publishLogged(): void;
  listen(listener: BusListener): void;
  close(): Promise<void>;
}

export function ownerSidOf(change: Change): string {
  return 'conversation' in change ? change.conversation.sid : change.user.sid;
}
