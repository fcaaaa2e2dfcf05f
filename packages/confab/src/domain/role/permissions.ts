/** Everything that a role can allow (REST API 7). */
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

const known: ReadonlySet<string> = new Set(PERMISSIONS);
const parsed = new Map<string, ReadonlySet<Permission>>();
const PARSED_KEPT = 1000;

/** The permissions in a role's stored JSON array. Unknown entries grant nothing. */
export function parsePermissions(json: string): ReadonlySet<Permission> {
  const seen = parsed.get(json);
  if (seen !== undefined) return seen;
  const list: unknown = JSON.parse(json);
  const permissions = new Set<Permission>(Array.isArray(list) ? list.filter(isPermission) : []);
  if (parsed.size >= PARSED_KEPT) parsed.clear();
  parsed.set(json, permissions);
  return permissions;
}

function isPermission(value: unknown): value is Permission {
  return typeof value === 'string' && known.has(value);
}
