import { parse } from 'secure-json-parse';
import { type Param, parsed } from './params.ts';

/** Longest URL that servers and proxies take as a rule. */
const URL_CHARACTERS = 2048;

/** An absolute URL of the web, as it was written. */
export const url: Param<string | undefined> = parsed(
  { type: 'string', format: 'uri' },
  `must be a URL that begins with http:// or https://, of at most ${URL_CHARACTERS} characters`,
  (text) => (text.length <= URL_CHARACTERS && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined),
);

/** A JSON object as text. Members that would reach into JavaScript's prototypes make it a bad one. */
export const jsonObject: Param<Readonly<Record<string, unknown>> | undefined> = parsed(
  { type: 'string', description: 'A JSON object as text.' },
  'must be a JSON object',
  (text) => {
    const value = parseJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  },
);

function parseJson(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
