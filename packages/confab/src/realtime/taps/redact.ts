/** Put in the place of what nobody may see. */
export const REDACTED = '[redacted]';

/** Names of what lets somebody in, or reaches a device. */
const SECRET_NAME =
  /token|secret|authorization|password|credential|signature|cookie|registration_?id|endpoint|binding/i;

/** JSON Web Tokens, Access Tokens among them, wherever they stand. */
const TOKEN = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** The query of a link may be what signs it. */
const QUERY = /(\b(?:https?|wss?):\/\/[^\s"'?#]+)\?[^\s"']*/gi;

/** User and password in a link. */
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s"'/@]+@/gi;

/** Nothing of ours, or of the SDKs, nests deeper. */
const DEPTH = 64;

/** The value without tokens, secrets, and the queries of links. JSON inside of text, such as attributes, is looked into. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH) return REDACTED;
  if (Array.isArray(value)) return value.map((one) => redact(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      SECRET_NAME.test(name) && member !== null ? REDACTED : redact(member, depth + 1),
    ]),
  );
}

export function redactText(text: string, depth = 0): string {
  const inner = depth < DEPTH && /^\s*[{[]/.test(text) ? parsed(text) : undefined;
  if (inner !== undefined) return JSON.stringify(redact(inner, depth + 1));
  return text.replace(TOKEN, REDACTED).replace(QUERY, `$1?${REDACTED}`).replace(USER_INFO, `$1${REDACTED}@`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
