import { createHash } from 'node:crypto';

/** Tells apart servers on different data: those on one database have the same name, which says nothing of the epoch that it is made from. */
export function instanceName(epoch: string): string {
  return createHash('sha256').update(`confab/instance/${epoch}`).digest('hex').slice(0, 16);
}
