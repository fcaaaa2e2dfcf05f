import type { Selectable } from 'kysely';
import type { ApiKeyTable } from '../../store/seam.ts';
import type { StoredSecret } from '../account/secret-check.ts';

/** The secrets of a key that are good at `now` (ms), the newest first: two while a rotation overlaps. */
export function liveSecretsOf(
  key: Pick<Selectable<ApiKeyTable>, 'sid' | 'secret' | 'previous_secret' | 'previous_secret_ends_at'>,
  now: number,
): StoredSecret[] {
  const { sid, secret, previous_secret, previous_secret_ends_at } = key;
  const secrets = [{ sealed: secret, sid }];
  if (previous_secret !== null && previous_secret_ends_at !== null && previous_secret_ends_at > now) {
    secrets.push({ sealed: previous_secret, sid });
  }
  return secrets;
}
