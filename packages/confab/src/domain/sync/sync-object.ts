import type { ConversationRef, UserRef } from '../../store/seam.ts';

/** A conversation's Sync objects: channel document, messages list, roster map; and a user's two maps (protocol 8). */
export type SyncObject =
  | { kind: 'channel' | 'messages' | 'roster'; id: number; conversation: ConversationRef }
  | { kind: 'memberships' | 'user_info'; id: number; user: UserRef };

export type SyncObjectKind = SyncObject['kind'];
