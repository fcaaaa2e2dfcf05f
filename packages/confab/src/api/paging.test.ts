import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Key, KeysetRange } from '../domain/index.ts';
import { type KeysetList, loadPage } from './paging.ts';

const LIMITS = { pageSizeDefault: 3, pageSizeMaximum: 4 };

interface Row {
  at: number;
  sid: string;
}

const keyOf = ({ at, sid }: Row): Key => [at, sid];

function compare(a: Key, b: Key): number {
  for (const [at, part] of a.entries()) {
    const other = b[at] ?? 0;
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

/** A table as a store would read it: by time, then by SID. */
function listOver(table: Row[], order: 'asc' | 'desc'): KeysetList<Row> {
  return {
    key: 'rows',
    url: 'http://host/rows',
    order,
    keyTypes: ['number', 'string'],
    keyOf,
    view: (row) => row,
    async rows({ order: wanted, from, limit }: KeysetRange) {
      const step = wanted === 'asc' ? 1 : -1;
      const inOrder = table.toSorted((a, b) => step * compare(keyOf(a), keyOf(b)));
      const isIn = (row: Row) => {
        const distance = from === undefined ? 1 : step * compare(keyOf(row), from.key);
        return distance > 0 || (distance === 0 && from?.included === true);
      };
      return inOrder.filter(isIn).slice(0, limit);
    },
  };
}

const row = fc.record({ at: fc.nat(3), sid: fc.stringMatching(/^[a-d]{2}$/) });
const rows = fc.uniqueArray(row, { maxLength: 20, selector: ({ at, sid }) => `${at} ${sid}` });
const orders = fc.constantFrom('asc' as const, 'desc' as const);

async function pageAt(list: KeysetList<Row>, url: string | null) {
  const query = new URL(url ?? 'x:').searchParams;
  const given = {
    PageSize: Number(query.get('PageSize') ?? 3),
    Page: Number(query.get('Page') ?? 0),
    PageToken: query.get('PageToken') ?? undefined,
  };
  return loadPage(given, LIMITS, list);
}

it('shows every row that stays once, in order, whatever is added and removed meanwhile', () =>
  fc.assert(
    fc.asyncProperty(rows, rows, orders, fc.integer({ min: 1, max: 4 }), async (before, after, order, size) => {
      const table = [...before];
      const list = listOver(table, order);
      const seen: Row[] = [];
      let page = await loadPage({ PageSize: size, Page: undefined, PageToken: undefined }, LIMITS, list);
      for (;;) {
        seen.push(...page.views.map((view) => view as Row));
        if (page.next === null) break;
        // What is there at the end differs from what was there at the start, and each page reads it as it is then.
        table.splice(0, table.length, ...after);
        page = await pageAt(list, page.next);
      }
      const keys = seen.map((one) => JSON.stringify(keyOf(one)));
      expect(new Set(keys).size).toBe(keys.length);
      const stays = before.filter((one) => after.some((other) => compare(keyOf(one), keyOf(other)) === 0));
      for (const one of stays) expect(keys).toContain(JSON.stringify(keyOf(one)));
      const inOrder = listOver([...seen], order);
      expect(await inOrder.rows({ order, limit: 100 })).toEqual(seen);
    }),
  ));

it('walks back over the same rows', () =>
  fc.assert(
    fc.asyncProperty(rows, orders, fc.integer({ min: 1, max: 4 }), async (table, order, size) => {
      const list = listOver(table, order);
      const pages = [await loadPage({ PageSize: size, Page: undefined, PageToken: undefined }, LIMITS, list)];
      for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) pages.push(await pageAt(list, next));
      let page = pages.at(-1);
      for (const earlier of pages.slice(0, -1).reverse()) {
        page = await pageAt(list, page?.previous ?? null);
        expect(page.views).toEqual(earlier.views);
      }
      expect(page?.previous).toBeNull();
    }),
  ));

it('repeats the filters in every URL', async () => {
  const filters = { State: 'active', Identity: ['a b', 'c&d'], Other: undefined };
  const table = ['aa', 'bb', 'cc'].map((sid, at) => ({ at, sid }));
  const given = { PageSize: 1, Page: undefined, PageToken: undefined };
  const { first, next } = await loadPage(given, LIMITS, { ...listOver(table, 'asc'), filters });
  expect(first).toBe('http://host/rows?State=active&Identity=a+b&Identity=c%26d&PageSize=1&Page=0');
  expect(next).toMatch(
    /^http:\/\/host\/rows\?State=active&Identity=a\+b&Identity=c%26d&PageSize=1&Page=1&PageToken=PT/,
  );
});
