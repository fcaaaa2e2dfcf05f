import { invalidParameter } from '../../domain/index.ts';
import type { Item, ItemKey, ItemSource, Order } from './item-source.ts';

/** The items query of protocol 6.3, as text from the client. */
export interface ItemQuery {
  /** A single item. */
  key?: string | undefined;
  from?: string | undefined;
  pageSize?: string | undefined;
  order?: string | undefined;
  pageToken?: string | undefined;
}

export interface ItemPage {
  items: object[];
  meta: { previous_token: string | null; next_token: string | null };
}

const PAGE_SIZE_DEFAULT = 50;
const PAGE_SIZE_MAXIMUM = 100;

/** Where a page begins and how it is walked. A page token is this, packed, so that nothing is kept behind it (protocol 16.1). */
interface Position {
  order: Order;
  size: number;
  from?: ItemKey | undefined;
  /** The page that ends before this key, in the same order. */
  before?: ItemKey | undefined;
}

/** One page of an object's items. Tokens are null exactly when nothing lies on that side in the asked order (protocol 6.3). */
export async function itemPage(source: ItemSource, query: ItemQuery): Promise<ItemPage> {
  if (query.key !== undefined) return singleItem(source, query.key);
  const position = query.pageToken === undefined ? readQuery(source, query) : readToken(source, query.pageToken);
  const { items, hasPrevious, next } = await readPage(source, position);
  const first = items[0]?.key ?? position.from;
  const { order, size } = position;
  return {
    items: items.map((item) => item.body),
    meta: {
      previous_token: hasPrevious && first !== undefined ? pack({ order, size, before: first }) : null,
      next_token: next === undefined ? null : pack({ order, size, from: next }),
    },
  };
}

/** A missing item is an empty page, not 404 (protocol 6.3). */
async function singleItem(source: ItemSource, keyText: string): Promise<ItemPage> {
  const key = source.parseKey(keyText);
  const [item] = key === undefined ? [] : await source.range('asc', key, 1);
  const items = item !== undefined && item.key === key ? [item.body] : [];
  return { items, meta: { previous_token: null, next_token: null } };
}

async function readPage(
  source: ItemSource,
  { order, size, from, before }: Position,
): Promise<{ items: Item[]; hasPrevious: boolean; next: ItemKey | undefined }> {
  if (before !== undefined) {
    const backwards = await itemsBeyond(source, reverse(order), before, size + 1);
    // The item itself, or what has come in its place.
    const [after] = await source.range(order, before, 1);
    return { items: backwards.slice(0, size).reverse(), hasPrevious: backwards.length > size, next: after?.key };
  }
  const items = await source.range(order, from, size + 1);
  const hasPrevious =
    from !== undefined && (await itemsBeyond(source, reverse(order), items[0]?.key ?? from, 1)).length > 0;
  return { items: items.slice(0, size), hasPrevious, next: items[size]?.key };
}

/** Items from the key on, without the item of the key itself. */
async function itemsBeyond(source: ItemSource, order: Order, key: ItemKey, limit: number): Promise<Item[]> {
  const items = await source.range(order, key, limit + 1);
  return items.filter((item) => item.key !== key).slice(0, limit);
}

function reverse(order: Order): Order {
  return order === 'asc' ? 'desc' : 'asc';
}

function readQuery(source: ItemSource, { from, pageSize, order }: ItemQuery): Position {
  return {
    order: readOrder(order ?? 'asc'),
    size: readSize(pageSize),
    from: from === undefined ? undefined : readKey(source, from),
  };
}

function readOrder(text: string): Order {
  if (text === 'asc' || text === 'desc') return text;
  throw invalidParameter('Order must be asc or desc.');
}

function readSize(text: string | undefined): number {
  if (text === undefined) return PAGE_SIZE_DEFAULT;
  const size = Number(text);
  if (!Number.isSafeInteger(size) || size < 1) throw invalidParameter('PageSize must be a whole number from 1 to 100.');
  return Math.min(size, PAGE_SIZE_MAXIMUM);
}

function readKey(source: ItemSource, text: string): ItemKey {
  const key = source.parseKey(text);
  if (key === undefined) throw invalidParameter('From must be a key of this object.');
  return key;
}

function pack({ order, size, from, before }: Position): string {
  return Buffer.from(JSON.stringify([order, size, before === undefined ? 'from' : 'before', before ?? from])).toString(
    'base64url',
  );
}

function readToken(source: ItemSource, token: string): Position {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw badToken();
  }
  if (!Array.isArray(parts) || parts.length !== 4) throw badToken();
  const [order, size, side, keyValue]: unknown[] = parts;
  // Anything can be in a token, and PostgreSQL takes no text with NUL. Other parameters have been looked at when they were read.
  if (!(typeof keyValue === 'string' || typeof keyValue === 'number') || `${keyValue}`.includes('\0')) throw badToken();
  const key = source.parseKey(`${keyValue}`);
  if (key === undefined || (side !== 'from' && side !== 'before')) throw badToken();
  if (typeof order !== 'string' || typeof size !== 'number') throw badToken();
  return { order: readOrder(order), size: readSize(`${size}`), [side]: key };
}

function badToken() {
  return invalidParameter('PageToken is not one that this service gave.');
}
