import type { RoleType } from '../../store/seam.ts';

/** Everything that a role can allow (REST API 7). The console reads this list, too: nothing else is in this module. */
export const PERMISSIONS = [
  'addParticipant',
  'addNonChatParticipant',
  'createConversation',
  'joinConversation',
  'leaveConversation',
  'deleteConversation',
  'removeParticipant',
  'editConversationName',
  'editConversationAttributes',
  'sendMessage',
  'sendMediaMessage',
  'editOwnMessage',
  'editOwnMessageAttributes',
  'editAnyMessage',
  'editAnyMessageAttributes',
  'deleteOwnMessage',
  'deleteAnyMessage',
  'editOwnUserInfo',
  'editAnyUserInfo',
  'editNotificationLevel',
  'editOwnParticipantAttributes',
  'editAnyParticipantAttributes',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** What only one type of role can allow (REST API 7). */
export const PERMISSIONS_OF_TYPE: Readonly<Record<RoleType, ReadonlySet<string>>> = {
  service: new Set<Permission>(['createConversation', 'joinConversation']),
  conversation: new Set<Permission>([
    'leaveConversation',
    'sendMessage',
    'sendMediaMessage',
    'deleteOwnMessage',
    'editNotificationLevel',
  ]),
};
