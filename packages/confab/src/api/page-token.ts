import { badParameter } from './params.ts';

/** Where a page begins. Not an offset: what is added or removed elsewhere moves no row onto another page. */
export interface Cursor {
  /** Key of the first row, included. */
  from: number;
  /** The page that ends there instead: it was reached through a `previous_page_url`. */
  back: boolean;
}

const TOKEN = /^PT([A-Za-z0-9_-]+)$/;

/** `PT` and base64url of a JSON object, as the original's tokens look (REST API 4). Opaque to callers. */
export function pageToken({ from, back }: Cursor): string {
  return `PT${Buffer.from(JSON.stringify(back ? { from, back } : { from })).toString('base64url')}`;
}

export function parsePageToken(token: string): Cursor {
  const payload: unknown = parseJson(Buffer.from(TOKEN.exec(token)?.[1] ?? '', 'base64url').toString());
  if (typeof payload === 'object' && payload !== null && 'from' in payload) {
    const { from } = payload;
    if (typeof from === 'number' && Number.isSafeInteger(from)) {
      return { from, back: 'back' in payload && payload.back === true };
    }
  }
  throw badParameter('PageToken', 'is none that this server gave out; take page URLs from meta as they are');
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
