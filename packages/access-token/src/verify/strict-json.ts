import { isJsonObject, type JsonObject } from './json-object.ts';

/** Deepest nesting of objects and arrays. The deepest grant of the official libraries needs 5 levels. */
const MAX_DEPTH = 16;

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** What is wrong with a JSON text, in words. */
export class JsonFault extends Error {}

/**
 * Parses a JSON object and refuses what parsers disagree about: the same member name twice in one object, at any depth
 * (RFC 8725 2.4 and RFC 7515 4: reject, or keep only the last; we reject). Nesting is bounded before parsing. Linear time.
 *
 * @throws {JsonFault} for text that is not one JSON object, nests too deep, or repeats a name.
 */
export function parseStrictObject(text: string): JsonObject {
  const members = countMembers(text);
  const value = parse(text);
  if (!isJsonObject(value)) throw new JsonFault('is not a JSON object');
  // In valid JSON each member has one colon outside strings, and the parser keeps one of several members of one name:
  // as many names kept as colons written means that none was repeated.
  if (countNames(value) !== members) throw new JsonFault('repeats a member name');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonFault('is not JSON'); // the parser's own message quotes the text
  }
}

/** Counts the colons outside strings. Text that is not JSON gives any number: the parser refuses it afterwards. */
function countMembers(text: string): number {
  let members = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i + 1);
    else if (code === COLON) members++;
    else if (closes(code)) depth--;
    else if (opens(code) && ++depth > MAX_DEPTH) throw new JsonFault(`nests deeper than ${MAX_DEPTH} levels`);
  }
  return members;
}

/** Index of the quote that ends the string whose content starts at `i`, or the end of the text. */
function endOfString(text: string, i: number): number {
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) break;
    if (code === BACKSLASH) i++;
  }
  return i;
}

function opens(code: number): boolean {
  return code === 0x7b || code === 0x5b; // { [
}

function closes(code: number): boolean {
  return code === 0x7d || code === 0x5d; // } ]
}

function countNames(value: object): number {
  const values: unknown[] = Object.values(value);
  let names = Array.isArray(value) ? 0 : values.length;
  for (const inner of values) if (typeof inner === 'object' && inner !== null) names += countNames(inner);
  return names;
}
