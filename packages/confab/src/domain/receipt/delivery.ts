import type { MessageRow } from '../../store/seam.ts';

/** How many of a message's recipients it reached. */
export interface Delivery {
  total: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  undelivered: number;
}

type Share = 'none' | 'some' | 'all';

/** The same as it is told: a number, and words (lifecycle 4). */
export function sharesOf({ total, ...counts }: Delivery) {
  const share = (count: number): Share => (count === 0 ? 'none' : count < total ? 'some' : 'all');
  const { sent, delivered, read, failed, undelivered } = counts;
  return {
    total,
    sent: share(sent),
    delivered: share(delivered),
    read: share(read),
    failed: share(failed),
    undelivered: share(undelivered),
  };
}

/** What a gateway has reported of the participants who are reached by an address; undefined before the first report. */
export function reportedDelivery({ delivery }: Pick<MessageRow, 'delivery'>): Delivery | undefined {
  if (delivery === null) return undefined;
  const counts: unknown = JSON.parse(delivery);
  const members = new Map<string, unknown>(Object.entries(counts ?? {}));
  const count = (name: keyof Delivery): number => Number(members.get(name) ?? 0);
  return {
    total: count('total'),
    sent: count('sent'),
    delivered: count('delivered'),
    read: count('read'),
    failed: count('failed'),
    undelivered: count('undelivered'),
  };
}
