import type { AccountActor } from '../actor.ts';
import { type DomainError, invalidParameter } from '../errors.ts';

/** What a Restricted key may do: permissions such as `conversations.messages/list`, or `conversations.messages/*` for all on that resource. */
export type Policy = ReadonlySet<string>;

/** As many as a key of the original service may have. */
const MOST_ENTRIES = 100;
const LONGEST_ENTRY = 200;

/**
 * `/confab/<resource>/<action>`, or the same in the original service's words, `/twilio/conversations/<resource>/<action>`. What belongs to
 * its other products, to nothing here, or to a later release, grants nothing.
 */
const ENTRY = /^\/(?:confab|twilio\/conversations)\/([a-z0-9.-]+\/(?:[a-z-]+|\*))$/;

/**
 * The entries of a policy, `{"allow": ["/confab/conversations/list", …]}`, in JSON as the API takes and shows it. Entries that grant
 * nothing are kept: a policy is shown as it was given. Throws what names the fault (20001).
 */
export function parsePolicy(json: string): readonly string[] {
  const allow = allowOf(json);
  if (allow === undefined)
    throw badPolicy('must be JSON such as {"allow": ["/confab/conversations/list"]}, and nothing else');
  if (allow.length === 0) throw badPolicy('allows nothing: give at least one permission');
  if (allow.length > MOST_ENTRIES) throw badPolicy(`has more than ${MOST_ENTRIES} permissions`);
  const entries = new Set<string>();
  for (const entry of allow) {
    if (typeof entry !== 'string' || entry.length > LONGEST_ENTRY || !/^(?:\/[A-Za-z0-9.*-]+){2,}$/.test(entry)) {
      throw badPolicy('has an entry that is no permission; they look like /confab/conversations/list');
    }
    entries.add(entry);
  }
  return [...entries];
}

/** What the stored policy of a Restricted key grants. Nothing, when there is none or it cannot be read. */
export function policyOf(stored: string | null): Policy {
  const entries = stored === null ? [] : (allowOf(stored) ?? []);
  return new Set(entries.flatMap((entry) => (typeof entry === 'string' ? (ENTRY.exec(entry)?.[1] ?? []) : [])));
}

/** A stored policy, as it is shown. */
export function shownPolicy(stored: string | null): { allow: readonly unknown[] } | null {
  return stored === null ? null : { allow: allowOf(stored) ?? [] };
}

/** Whether the credentials may do this at all: Restricted keys may do what their policy lists, the others are bound elsewhere. */
export function isPermitted({ policy }: AccountActor, permission: string): boolean {
  if (policy === undefined) return true;
  return policy.has(permission) || policy.has(permission.replace(/[^/]*$/, '*'));
}

function allowOf(json: string): readonly unknown[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1 || !('allow' in value))
    return undefined;
  return Array.isArray(value.allow) ? value.allow : undefined;
}

function badPolicy(fault: string): DomainError {
  return invalidParameter(`Parameter Policy ${fault}.`, 'Policy');
}
