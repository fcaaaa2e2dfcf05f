import { isJsonObject, type JsonObject, own } from './json-object.ts';
import { TokenRefusal } from './token-refusal.ts';

export function wrongGrant(reason: string): TokenRefusal {
  return new TokenRefusal(20106, reason);
}

/**
 * The text members of a grant that are there, under the names that the claims have for them. Null counts as absent.
 *
 * @throws {TokenRefusal} 20106 for a member that is not text.
 */
export function textMembers<Name extends string>(
  grant: JsonObject,
  wireNames: Readonly<Record<Name, string>>,
): { [Member in Name]?: string } {
  const members: { [Member in Name]?: string } = {};
  for (const name in wireNames) {
    const value = own(grant, wireNames[name]);
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') throw wrongGrant(`${wireNames[name]} is not a string`);
    members[name] = value;
  }
  return members;
}

/** @throws {TokenRefusal} 20106 for what is not an object. */
export function grantObject(grant: unknown, key: string): JsonObject {
  if (!isJsonObject(grant)) throw wrongGrant(`the ${key} grant is not an object`);
  return grant;
}
