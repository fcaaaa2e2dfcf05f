import { isSid } from '../sid.ts';
import { DomainError, invalidParameter } from './errors.ts';

/**
 * Refuses what no engine and no client could carry: PostgreSQL stores no NUL character, and a lone surrogate is not text in UTF-8.
 */
export function checkText(name: string, value: string): void {
  if (value.includes('\0')) throw invalidParameter(`${name} must not contain the NUL character (U+0000).`, name);
  if (!value.isWellFormed())
    throw invalidParameter(`${name} must be well-formed Unicode: it contains a lone surrogate.`, name);
}

/** Text of at most `limit` characters (Unicode code points). */
export function checkLength(name: string, value: string, limit: number, code: number): void {
  checkText(name, value);
  // A string has at most as many code points as UTF-16 units, so only long ones need counting.
  if (value.length > limit && [...value].length > limit) {
    throw new DomainError(code, 400, `${name} must have at most ${limit} characters.`, name);
  }
}

/** Text of at most `limit` bytes of UTF-8. */
export function checkBytes(name: string, value: string, limit: number, code: number): void {
  checkText(name, value);
  if (value.length * 3 > limit && Buffer.byteLength(value) > limit) {
    throw new DomainError(code, 400, `${name} must have at most ${limit} bytes in UTF-8.`, name);
  }
}

/** Deepest nesting that attributes may have: they are parsed again by every client that receives them. */
const ATTRIBUTES_DEPTH = 64;

/** `attributes` is JSON text, kept as it was sent; absent or empty means `{}` (REST API 4). */
export function checkAttributes(value: string | undefined, limitBytes: number): string {
  if (value === undefined || value === '') return '{}';
  checkBytes('Attributes', value, limitBytes, 50303);
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    throw new DomainError(50304, 400, 'Attributes not valid JSON', 'Attributes');
  }
  if (isTooDeep(parsed))
    throw new DomainError(50304, 400, `Attributes are nested deeper than ${ATTRIBUTES_DEPTH}.`, 'Attributes');
  return value;
}

/** Whether it is nested deeper than clients have to parse. */
export function isTooDeep(value: unknown): boolean {
  return depthOf(value) > ATTRIBUTES_DEPTH;
}

function depthOf(value: unknown): number {
  let depth = 0;
  let level: unknown[] = [value];
  while (level.length > 0 && depth <= ATTRIBUTES_DEPTH) {
    const nested = level.filter((one) => typeof one === 'object' && one !== null);
    if (nested.length === 0) break;
    depth += 1;
    level = nested.flatMap((one) => Object.values(Object(one)));
  }
  return depth;
}

/** A participant's or user's identity: case-sensitive, any characters, up to the limit, and not shaped like a User SID (access tokens 2). */
export function checkIdentity(identity: string, limit: number): void {
  if (identity === '') throw new DomainError(20001, 400, 'Identity not provided', 'Identity');
  checkLength('Identity', identity, limit, 50207);
  if (isSid('US', identity)) {
    throw new DomainError(50206, 400, 'Identity must not look like a User SID (US and 32 hex digits).', 'Identity');
  }
}
