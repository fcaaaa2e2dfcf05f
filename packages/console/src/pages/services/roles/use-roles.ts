import { type Pages, type Row, textOf, usePages } from '../../../api/pages.ts';

/** The roles of a service. There are few, so that one page has them all. */
export function useRoles(path: string): Pages {
  return usePages(`${path}/Roles`, 'roles', { PageSize: '50' });
}

/** As choices of one type: `service` or `conversation`. */
export function roleChoices(roles: readonly Row[], type: string): { value: string; label: string }[] {
  return roles
    .filter((role) => role.type === type)
    .map(({ sid, friendly_name }) => ({ value: textOf(sid), label: textOf(friendly_name) }));
}
