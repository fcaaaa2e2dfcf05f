import { parse } from 'secure-json-parse';

/** JSON that is not taken: syntax, nesting, or a key that would reach into prototypes. */
export class JsonRefusal extends Error {
  override readonly name = 'JsonRefusal';
}

/** It is nested deeper than it may be (invariant 6). */
export class JsonTooDeep extends JsonRefusal {}

/**
 * Parses JSON from a client. Refuses nesting deeper than `maxDepth` before it parses (deep JSON costs stack), and `__proto__` keys.
 * Throws JsonRefusal.
 */
export function parseJson(text: string, maxDepth: number): unknown {
  if (nestsDeeperThan(text, maxDepth)) throw new JsonTooDeep(`It is nested deeper than ${maxDepth}.`);
  try {
    return parse(text, null, { protoAction: 'error', constructorAction: 'ignore' });
  } catch {
    throw new JsonRefusal('It is not valid JSON, or has a forbidden key.');
  }
}

/** Counts brackets outside of strings, without parsing. */
function nestsDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}
