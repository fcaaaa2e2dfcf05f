import type { Notice } from '../../events/index.ts';
import type { WebhookTarget } from '../../store/index.ts';

interface ScopedWebhook {
  target: WebhookTarget;
  filters: string | null;
  live_from_index: number;
}

/** Messages whose text a trigger reads: what a removed one said is no reason any more. */
const READ_BY_TRIGGERS: readonly string[] = ['onMessageAdded', 'onMessageUpdated'];

/**
 * Whether a conversation's webhook is sent this. How keywords are matched is not documented (webhooks 5): they may be anywhere in the body,
 * in upper or lower case, since a bot can ignore what it gets too much, and cannot ask for what it did not get.
 */
export function firesFor({ target, filters, live_from_index }: ScopedWebhook, { event, parameters }: Notice): boolean {
  const values = new Map<string, string>(parameters);
  // Those before are replayed, or were not asked for.
  if (event === 'onMessageAdded' && Number(values.get('Index')) < live_from_index) return false;
  const list = listOf(filters);
  if (target === 'webhook') return list.includes(event);
  if (target !== 'trigger' || !READ_BY_TRIGGERS.includes(event)) return false;
  return mentions(values.get('Body'), list);
}

export function mentions(body: string | null | undefined, keywords: readonly string[]): boolean {
  const text = (body ?? '').toLowerCase();
  return keywords.some((keyword) => text.includes(keyword.toLowerCase()));
}

export function listOf(json: string | null): readonly string[] {
  const list: unknown = json === null ? [] : JSON.parse(json);
  return Array.isArray(list) ? list.map(String) : [];
}
