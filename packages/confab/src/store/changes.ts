import type { Selectable } from 'kysely';
import type { ConversationTable, MessageTable, ParticipantTable, UserTable } from './schema.ts';

export type ConversationRow = Selectable<ConversationTable>;
export type MessageRow = Selectable<MessageTable>;
export type UserRow = Selectable<UserTable>;
/** A participant with the SIDs that its views name. */
export type ParticipantRow = Selectable<ParticipantTable> & { role_sid: string | null; user_sid: string | null };

/** What a conversation's changes need to be told apart and shown, without the rest of its row. */
export interface ConversationRef {
  sid: string;
  service_sid: string;
}

export interface UserRef {
  sid: string;
  service_sid: string;
}

interface ChangeBase {
  /** Id of this event in its Sync object: exactly one more than the one before (invariant 4). */
  event: number;
  /** When it happened, in ms. */
  at: number;
}

/** An item came, changed, or went; of one that went, only the key is known later (invariant 3). */
type ItemChange<Row> = ChangeBase & ({ action: 'added' | 'updated'; row: Row } | { action: 'removed'; key: string });

/**
 * Id of the newest roster event at the time of the change: a node that does not know that far does not know, either, who may still see
 * the change, and looks first (invariant 7).
 */
interface AmongParticipants {
  roster_event: number;
}

interface Mergeable {
  /**
   * Nothing but a read horizon or the last message moved, in a conversation of so many: it may wait and be merged with others, since each
   * reaches all of them (invariant 10).
   */
  mergeAmong?: number;
}

/** `removed`: with the conversation and all its Sync objects, so that there is no later event. */
export type ChannelChange = ChangeBase &
  AmongParticipants & { object: 'channel'; conversation: ConversationRef } & (
    | ({ action: 'updated'; row: ConversationRow } & Mergeable)
    | { action: 'removed' }
  );

/** The key of a removed message is its index. */
export type MessageChange = ItemChange<MessageRow> &
  AmongParticipants & { object: 'messages'; conversation: ConversationRef };

/** The key of a removed participant is their SID. */
export type RosterChange = ItemChange<ParticipantRow> & Mergeable & { object: 'roster'; conversation: ConversationRef };

/** A participant who chats, as a user. */
export type UserParticipantRow = ParticipantRow & { user_id: number; user_sid: string; identity: string };

/** A user who is a participant, with the SID of the conversation, as the user's my-conversations map shows them. */
export type MembershipRow = UserParticipantRow & { conversation_sid: string };

/**
 * A change in a user's my-conversations map. The key of a removed item is the conversation's SID; `removed` also ends what the user may
 * see of that conversation (invariant 7).
 */
export type MembershipChange = ItemChange<MembershipRow> & { object: 'memberships'; user: UserRef };

export type UserInfoKey = 'friendlyName' | 'attributes' | 'reachability';

export type UserInfoChange = ChangeBase & {
  object: 'user_info';
  action: 'added' | 'updated';
  user: UserRef;
  key: UserInfoKey;
  row: UserRow;
};

/**
 * Somebody's rights may have changed: a key was revoked, a role changed, a user or service deleted, an account suspended. Says only whom
 * it concerns; what is true now is in the database, where every node that has their sessions looks (invariants 4 and 7).
 */
export interface Recheck {
  of: 'account' | 'api_key' | 'person' | 'service' | 'sessions' | 'user';
  /** Of an account for `sessions`: some were ended by the operator. Of an erasure for `person`: nobody keeps anything of them in memory. */
  sid: string;
}

/** What one commit changed, in commit order. */
export interface ChangeSet {
  readonly changes: readonly Change[];
  readonly rechecks: readonly Recheck[];
}

/** One event of one Sync object, as domain data: how it looks on a wire is the reader's business. */
export type Change = ChannelChange | MessageChange | RosterChange | MembershipChange | UserInfoChange;
