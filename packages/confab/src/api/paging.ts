import type { Limits } from '../config/index.ts';
import type { Key, KeyRange, KeysetRange } from '../domain/index.ts';
import { type Cursor, type KeyTypes, pageToken, parsePageToken } from './page-token.ts';
import { integer, type ParamValues, text } from './params.ts';

/** The parameters of every list (REST API 4). `Page` only counts for the caller: `PageToken` says where the page begins. */
export const PAGE_PARAMS = {
  PageSize: integer({ minimum: 1 }),
  Page: integer({ minimum: 0 }),
  PageToken: text,
} as const;

interface ListDescription<Row> {
  /** Name of the list in the answer. */
  key: string;
  /** URL of the list, without query. */
  url: string;
  /** Parameters of the caller that belong to each page's URL. */
  filters?: Readonly<Record<string, string | readonly string[] | undefined>>;
  order: KeyRange['order'];
  /** Largest page of this list, where it is not that of most (REST API 4). */
  maximum?: number;
  view(row: Row): unknown;
}

/** A list in the order of a whole number, such as an id. */
export interface List<Row> extends ListDescription<Row> {
  keyTypes?: undefined;
  rows(range: KeyRange): Promise<Row[]>;
  /** The key that rows are ordered by. */
  keyOf(row: Row): number;
}

/** A list in any other order. */
export interface KeysetList<Row> extends ListDescription<Row> {
  keyTypes: KeyTypes;
  rows(range: KeysetRange): Promise<Row[]>;
  /** The key that rows are ordered by: no two have the same. */
  keyOf(row: Row): Key;
}

/** What there is to tell of a page: its place, its rows, and the URLs of its neighbours. */
export interface LoadedPage {
  number: number;
  size: number;
  views: unknown[];
  first: string;
  previous: string | null;
  current: string;
  next: string | null;
}

type PageLimits = Pick<Limits, 'pageSizeDefault' | 'pageSizeMaximum'>;

/** One page of a list in its envelope (REST API 4). */
export async function page<Row>(
  given: ParamValues<typeof PAGE_PARAMS>,
  limits: PageLimits,
  list: List<Row> | KeysetList<Row>,
) {
  const { number, size, views, first, previous, current, next } = await loadPage(given, limits, list);
  return {
    meta: {
      page: number,
      page_size: size,
      first_page_url: first,
      previous_page_url: previous,
      url: current,
      next_page_url: next,
      key: list.key,
    },
    [list.key]: views,
  };
}

/** One page of a list. Reads one row more than it shows, which tells whether there is another page. */
export async function loadPage<Row>(
  { PageSize, Page: number = 0, PageToken }: ParamValues<typeof PAGE_PARAMS>,
  { pageSizeDefault, pageSizeMaximum }: PageLimits,
  given: List<Row> | KeysetList<Row>,
): Promise<LoadedPage> {
  const list = given.keyTypes === undefined ? byNumber(given) : given;
  // Clamped rather than refused: libraries ask for as many as their caller wants in all (REST API 4).
  const size = Math.min(PageSize ?? pageSizeDefault, list.maximum ?? pageSizeMaximum);
  const cursor = PageToken === undefined ? undefined : parsePageToken(PageToken, list.keyTypes);
  const { rows, previous, next } = await readPage(list, cursor, size);

  const urlOf = (at: number, token: string | undefined): string => {
    const query = new URLSearchParams();
    for (const [name, values = []] of Object.entries(list.filters ?? {})) {
      for (const value of [values].flat()) query.append(name, value);
    }
    query.set('PageSize', String(size));
    query.set('Page', String(at));
    if (token !== undefined) query.set('PageToken', token);
    return `${list.url}?${query}`;
  };
  return {
    number,
    size,
    views: rows.map((row) => list.view(row)),
    first: urlOf(0, undefined),
    previous: previous === undefined ? null : urlOf(Math.max(number - 1, 0), pageToken(previous)),
    current: urlOf(number, PageToken),
    next: next === undefined ? null : urlOf(number + 1, pageToken(next)),
  };
}

interface Page<Row> {
  rows: Row[];
  previous: Cursor | undefined;
  next: Cursor | undefined;
}

async function readPage<Row>(list: KeysetList<Row>, cursor: Cursor | undefined, size: number): Promise<Page<Row>> {
  const { order, keyOf } = list;
  const limit = size + 1;
  if (cursor?.back === true) {
    const backwards = order === 'asc' ? 'desc' : 'asc';
    const read = await list.rows({ order: backwards, from: { key: cursor.before, included: false }, limit });
    const rows = read.slice(0, size).reverse();
    const [first] = rows;
    return {
      rows,
      previous: first === undefined || read.length <= size ? undefined : { before: keyOf(first), back: true },
      next: { before: cursor.before, back: false },
    };
  }
  const from = cursor && { key: cursor.before, included: true };
  const read = await list.rows({ order, from, limit });
  const [first] = read;
  const beyond = read[size];
  const start = first === undefined ? cursor?.before : keyOf(first);
  return {
    rows: read.slice(0, size),
    previous: cursor === undefined || start === undefined ? undefined : { before: start, back: true },
    next: beyond === undefined ? undefined : { before: keyOf(beyond), back: false },
  };
}

/** A list by a whole number is one by a key, where "after" is the next number. */
function byNumber<Row>(list: List<Row>): KeysetList<Row> {
  return {
    ...list,
    keyTypes: ['number'],
    keyOf: (row) => [list.keyOf(row)],
    rows({ order, from, limit }) {
      const [key] = from?.key ?? [];
      if (from === undefined || typeof key !== 'number') return list.rows({ order, limit });
      const after = order === 'asc' ? key + 1 : key - 1;
      return list.rows({ order, from: from.included ? key : after, limit });
    },
  };
}
