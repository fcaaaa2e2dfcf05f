import type { Key } from '../domain/index.ts';
import { badParameter } from './params.ts';

/**
 * Where a page begins or ends: just before the row with this key, which need not be there any more. Not an offset: what is added or removed
 * elsewhere moves no row onto another page.
 */
export interface Cursor {
  readonly before: Key;
  /** The page that ends there, rather than the one that begins there: it was reached through a `previous_page_url`. */
  readonly back: boolean;
}

/** What the key of a list is made of. */
export type KeyTypes = readonly ('number' | 'string')[];

const TOKEN = /^PT([A-Za-z0-9_-]+)$/;

/** `PT` and base64url of a JSON object, as the original's tokens look (REST API 4). Opaque to callers. */
export function pageToken({ before, back }: Cursor): string {
  return `PT${Buffer.from(JSON.stringify(back ? { before, back } : { before })).toString('base64url')}`;
}

/** Refuses what no list with such keys gave out (20001). */
export function parsePageToken(token: string, types: KeyTypes): Cursor {
  const payload: unknown = parseJson(Buffer.from(TOKEN.exec(token)?.[1] ?? '', 'base64url').toString());
  if (typeof payload === 'object' && payload !== null && 'before' in payload) {
    const { before } = payload;
    if (isKey(before, types)) return { before, back: 'back' in payload && payload.back === true };
  }
  throw badParameter('PageToken', 'is none that this list gave out; take page URLs from meta as they are');
}

function isKey(value: unknown, types: KeyTypes): value is Key {
  return (
    Array.isArray(value) &&
    value.length === types.length &&
    value.every((part, at) =>
      types[at] === 'number' ? Number.isSafeInteger(part) : typeof part === 'string' && isStorable(part),
    )
  );
}

/** PostgreSQL could not even compare with NUL or half a character. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
