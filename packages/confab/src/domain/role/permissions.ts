import type { RoleType } from '../../store/seam.ts';
import { DomainError } from '../errors.ts';

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

/** What only one type of role can allow (REST API 7). */
const ONLY: Readonly<Record<RoleType, ReadonlySet<string>>> = {
  service: new Set<Permission>(['createConversation', 'joinConversation']),
  conversation: new Set<Permission>([
    'leaveConversation',
    'sendMessage',
    'sendMediaMessage',
    'deleteOwnMessage',
    'editNotificationLevel',
  ]),
};

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

/** Refuses (50104) what is no permission, or none that a role of this type can give. */
export function checkPermissions(permissions: readonly string[], type?: RoleType): void {
  const unknown = permissions.find((permission) => !isPermission(permission));
  if (unknown !== undefined) throw new DomainError(50104, 400, `Permission '${unknown}' does not exist.`, 'Permission');
  if (type === undefined) return;
  const other = type === 'service' ? 'conversation' : 'service';
  const misplaced = permissions.find((permission) => ONLY[other].has(permission));
  if (misplaced === undefined) return;
  const fault = `Permission '${misplaced}' is for ${other} roles, and this is a ${type} role.`;
  throw new DomainError(50104, 400, fault, 'Permission');
}
