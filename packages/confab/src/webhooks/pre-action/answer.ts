import { type Alterations, DomainError, refusedByWebhook } from '../../domain/index.ts';
import type { HookOutcome } from '../sender/index.ts';

/** Modifiable fields, by their names in the answer (webhooks 3). */
const FIELDS = {
  friendly_name: 'friendlyName',
  body: 'body',
  author: 'author',
  attributes: 'attributes',
} as const satisfies Record<string, keyof Alterations>;

/**
 * What a pre-action webhook's answer means (webhooks 3). Throws when it refuses the change: by 4xx and 5xx. Whatever is no answer lets the
 * change go ahead as it was asked for: time-out, no connection, one that breaks, and 3xx, since redirects are not followed. So does a good
 * answer that is no JSON object or too large to be read.
 */
export function alterationsOf(outcome: HookOutcome): Alterations | undefined {
  if (!('status' in outcome)) return undefined;
  if (outcome.status >= 400) throw refusedByWebhook();
  if (outcome.kind !== 'answered' || outcome.status < 200 || outcome.status >= 300) return undefined;
  const answer = parsed(outcome.body);
  if (answer === undefined) return undefined;
  const alterations: Alterations = {};
  for (const [name, field] of Object.entries(FIELDS)) {
    const value = answer.get(name);
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') {
      throw new DomainError(20001, 400, `The pre-action webhook answered with a ${name} that is not text.`, name);
    }
    alterations[field] = value;
  }
  return Object.keys(alterations).length === 0 ? undefined : alterations;
}

function parsed(body: string): Map<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? new Map<string, unknown>(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}
