import { PERMISSIONS, PERMISSIONS_OF_TYPE } from '../../../../../confab/src/domain/role/permission-names.ts';
import type { Row } from '../../../api/pages.ts';

export type RoleType = 'service' | 'conversation';

/** What a role of this type can allow. */
export function permissionsOf(type: RoleType): readonly string[] {
  const misplaced = PERMISSIONS_OF_TYPE[type === 'service' ? 'conversation' : 'service'];
  return PERMISSIONS.filter((permission) => !misplaced.has(permission));
}

/** What a role allows. */
export function allowedBy({ permissions }: Row): ReadonlySet<string> {
  return new Set(Array.isArray(permissions) ? permissions.map(String) : []);
}

/** `editAnyMessage` in words: Edit any message. */
export function inWords(permission: string): string {
  const words = permission.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
