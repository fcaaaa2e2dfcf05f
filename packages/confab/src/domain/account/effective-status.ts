import type { AccountStatus } from '../../store/seam.ts';

/** What counts for an account's credentials: a subaccount is not more active than the account that owns it. */
export function effectiveStatus(own: AccountStatus, owner: AccountStatus | null): AccountStatus {
  return own === 'active' && owner !== null && owner !== 'active' ? 'suspended' : own;
}
