import type { UserWithRole } from './queries.ts';

/** What the event log tells of a user: all that a webhook says of them (webhooks 4). */
export function userFacts({
  sid,
  identity,
  role_sid,
  friendly_name,
  attributes,
  created_at,
  updated_at,
}: UserWithRole) {
  return { sid, identity, role_sid, friendly_name, attributes, created_at, updated_at };
}
