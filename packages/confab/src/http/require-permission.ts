import { type AccountActor, isPermitted } from '../domain/index.ts';
import { HttpError } from './http-error.ts';

/** Refuses what a Restricted key's policy does not list; status, code and wording were seen from the original service. */
export function requirePermission(actor: AccountActor, permission: string): void {
  if (isPermitted(actor, permission)) return;
  throw new HttpError(401, 70051, `Authorization Error: required permission confab/${permission} is missing`, {
    details: { permission: `/confab/${permission}` },
    headers: { 'WWW-Authenticate': 'Basic realm="Confab"' },
  });
}
