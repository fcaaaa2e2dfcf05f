import type { RoleType } from '../../store/seam.ts';
import { DomainError } from '../errors.ts';
import { PERMISSIONS, PERMISSIONS_OF_TYPE, type Permission } from './permission-names.ts';

export type { Permission };

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
  const misplaced = permissions.find((permission) => PERMISSIONS_OF_TYPE[other].has(permission));
  if (misplaced === undefined) return;
  const fault = `Permission '${misplaced}' is for ${other} roles, and this is a ${type} role.`;
  throw new DomainError(50104, 400, fault, 'Permission');
}
