import { START_OF_LOG, type Store } from '../../store/seam.ts';
import { expireAuditLog } from './expire-audit-log.ts';
import { expireEventLog } from './expire-event-log.ts';
import { expireMedia, lastToExpire, servicesWithMediaRetention } from './expire-media.ts';
import { expireMessages, servicesWithMessageAge } from './expire-messages.ts';

/** Rows in one transaction. */
const CHUNK = 500;

/** Removes all that is older than it is kept, a chunk at a time; stops between two chunks when `stopped` says so. */
export async function expireOld(store: Store, now: number, stopped: () => boolean): Promise<void> {
  for (const service of await servicesWithMessageAge(store.read)) {
    for (let after: number | undefined = 0; after !== undefined && !stopped(); ) {
      after = await expireMessages(store, service, now, after);
    }
  }
  for (const service of await servicesWithMediaRetention(store.read)) {
    const upTo = await lastToExpire(store.read, service, now);
    while (!stopped() && (await expireMedia(store, service, now, upTo)) > 0);
  }
  for (let after: typeof START_OF_LOG | undefined = START_OF_LOG; after !== undefined && !stopped(); ) {
    after = await expireEventLog(store, now, after);
  }
  while (!stopped() && (await expireAuditLog(store, now, CHUNK)) > 0);
}
