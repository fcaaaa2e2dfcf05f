import { isJsonObject, type JsonObject } from '../verify/json-object.ts';

/** Longer text is not looked into: it is no token, and may be a file. */
const MAX_LENGTH = 65_536;

const wrappings: readonly [RegExp, string][] = [
  [/^\s+|\s+$/g, 'white space around it'],
  [/^["'`]+|["'`]+$/g, 'quotation marks around it'],
  [/^Bearer\s+/i, 'the word Bearer before it'],
  [/\s+/g, 'white space in it'],
];

/** Takes off what often clings to a token that was copied, and says what that was. */
export function unwrap(text: string): { token: string; removed: string[] } {
  const removed: string[] = [];
  if (text.length > MAX_LENGTH) return { token: text, removed };
  let token = text;
  for (const [pattern, name] of wrappings) {
    const rest = token.replace(pattern, '');
    if (rest !== token) removed.push(name);
    token = rest;
  }
  return { token, removed };
}

/** Header and payload of what is no proper token, as far as they can be made out. For display only. */
export function readLeniently(token: string): { header?: JsonObject; payload?: JsonObject } {
  if (token.length > MAX_LENGTH) return {};
  const [header, payload] = token.split('.', 2).map(readPart);
  return { ...(header !== undefined && { header }), ...(payload !== undefined && { payload }) };
}

function readPart(encoded: string): JsonObject | undefined {
  try {
    const base64 = encoded.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '');
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // neither base64 nor JSON
  }
}
