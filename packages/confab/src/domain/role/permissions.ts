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

/** Who may do it to anybody's may do it to their own: the default admin role lists no "own" permissions (REST API 7). */
const IMPLIED: readonly (readonly [Permission, Permission])[] = [
  ['editAnyMessage', 'editOwnMessage'],
  ['editAnyMessageAttributes', 'editOwnMessageAttributes'],
  ['deleteAnyMessage', 'deleteOwnMessage'],
  ['editAnyUserInfo', 'editOwnUserInfo'],
  ['editAnyParticipantAttributes', 'editOwnParticipantAttributes'],
];

/** The permissions that a role's stored JSON array gives. Unknown entries grant nothing. */
export function parsePermissions(json: string): ReadonlySet<Permission> {
  const seen = parsed.get(json);
  if (seen !== undefined) return seen;
  const list: unknown = JSON.parse(json);
  const permissions = new Set<Permission>(Array.isArray(list) ? list.filter(isPermission) : []);
  for (const [any, own] of IMPLIED) if (permissions.has(any)) permissions.add(own);
  if (parsed.size >= PARSED_KEPT) parsed.clear();
  parsed.set(json, permissions);
  return permissions;
}

export function isPermission(value: unknown): value is Permission {
  return typeof value === 'string' && known.has(value);
}
