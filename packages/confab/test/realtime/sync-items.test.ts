import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldsOf, textAt } from '../support/raw-frames.ts';
import { CLIENT, range, startTestServer } from './support.ts';

const server = await startTestServer();
const SERVICE = `/v3/Services/${server.chatServiceSid}`;

const conversation = await server.conversation('alice', ...range(1, 24).map((n) => `user ${n}`));
const MESSAGES = `${CLIENT}/Conversations/${conversation.sid}/Messages`;
const alice = await server.login('alice');
const sids: string[] = [];
for (const n of range(0, 30)) {
  sids.push(textAt((await alice.request('POST', MESSAGES, { body: `message ${n}` })).body, 'sid'));
}

const LIST = `Lists/${conversation.messages}`;
const ROSTER = `Maps/${conversation.roster}`;

/** Asks for items, and shows their keys and the tokens. */
async function ask(path: string, params: Record<string, unknown>) {
  const { status, body } = await alice.request('GET', `${SERVICE}/${path}/Items`, undefined, params);
  const { items, meta } = fieldsOf(body);
  const { previous_token, next_token } = fieldsOf(meta);
  const keys = Array.isArray(items) ? items.map((item) => fieldsOf(item).index ?? fieldsOf(item).key) : [];
  return { status, keys, previous: previous_token, next: next_token };
}

async function removeMessages(indexes: readonly number[]): Promise<void> {
  for (const index of indexes) {
    const { status } = await alice.request('DELETE', `${MESSAGES}/${sids[index]}`, {});
    expect(status).toBe(204);
  }
}

/** The right answer to an items query, from the list of all keys in ascending order (protocol 6.3). */
function expected<Key extends string | number>(
  all: readonly Key[],
  { from, size, order }: { from?: Key | undefined; size: number; order: 'asc' | 'desc' },
) {
  const ordered = order === 'asc' ? all : all.toReversed();
  const isBefore = (key: Key) => from !== undefined && (order === 'asc' ? key < from : key > from);
  const start = ordered.filter(isBefore).length;
  const keys = ordered.slice(start, start + size);
  return { keys, previous: start > 0, next: start + size < ordered.length };
}

describe('items', () => {
  test('any query over indexes with holes, and every page from there on both ways', async () => {
    await removeMessages(range(0, 30).filter((n) => n % 3 === 1 || n > 28));
    const all = range(0, 28).filter((n) => n % 3 !== 1);
    const query = fc.record({
      from: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
      size: fc.integer({ min: 1, max: 25 }),
      order: fc.constantFrom('asc' as const, 'desc' as const),
    });
    await fc.assert(
      fc.asyncProperty(query, async ({ from, size, order }) => {
        const params = { HideExpired: 'true', Order: order, PageSize: String(size) };
        let page = await ask(LIST, { ...params, ...(from !== undefined && { From: String(from) }) });
        const right = expected(all, { from, size, order });
        expect({ ...page, previous: page.previous !== null, next: page.next !== null }).toEqual({
          status: 200,
          ...right,
        });
        // Forward to the end, then back to the beginning: the same items, in the asked order, each once.
        const ordered = order === 'asc' ? all : all.toReversed();
        const start = ordered.length - expected(all, { from, size: all.length, order }).keys.length;
        const forward = [...page.keys];
        while (page.next !== null) {
          page = await ask(LIST, { PageToken: page.next });
          forward.push(...page.keys);
        }
        expect(forward).toEqual(ordered.slice(start));
        let back = [...page.keys];
        while (page.previous !== null) {
          page = await ask(LIST, { PageToken: page.previous });
          expect(page.next === null).toBe(back.length === 0);
          back = [...page.keys, ...back];
        }
        expect(back).toEqual(ordered.slice(ordered.length - back.length));
        expect(back).toHaveLength(ordered.length);
      }),
      { numRuns: 60 },
    );
  });

  test('a map is ordered by key, from a key that need not exist', async () => {
    const all = (await ask(ROSTER, { PageSize: '100' })).keys.map(String);
    expect(all).toHaveLength(25);
    expect(all).toEqual(all.toSorted());
    const key = fc.oneof(
      fc.constantFrom(...all),
      fc.constantFrom(...all).map((one) => `${one.slice(0, -1)}z`),
      fc.string(),
    );
    const query = fc.record({
      from: fc.option(key, { nil: undefined }),
      size: fc.integer({ min: 1, max: 30 }),
      order: fc.constantFrom('asc' as const, 'desc' as const),
    });
    await fc.assert(
      fc.asyncProperty(query, async ({ from, size, order }) => {
        const page = await ask(ROSTER, {
          Order: order,
          PageSize: String(size),
          ...(from !== undefined && { From: encodeURIComponent(from) }),
        });
        const right = expected(all, { from, size, order });
        expect({ ...page, previous: page.previous !== null, next: page.next !== null }).toEqual({
          status: 200,
          ...right,
        });
      }),
      { numRuns: 60 },
    );
  });

  test('a single item is a page of one or none, never a 404', async () => {
    const one = { status: 200, previous: null, next: null };
    expect(await ask(LIST, { Index: '3' })).toEqual({ ...one, keys: [3] });
    expect(await ask(LIST, { Index: '3', Order: 'desc', PageSize: '10' })).toEqual({ ...one, keys: [3] });
    for (const Index of ['1', '99', '-1', 'x', '', '3.0', '1e0', '99999999999999999999']) {
      expect(await ask(LIST, { Index })).toEqual({ ...one, keys: [] });
    }
    const [first] = (await ask(ROSTER, { PageSize: '1' })).keys;
    expect(await ask(ROSTER, { Key: first })).toEqual({ ...one, keys: [first] });
    for (const Key of ['', 'MB', 'alice', '%F0%9F']) expect(await ask(ROSTER, { Key })).toEqual({ ...one, keys: [] });
  });

  test('the page size has a default, and a maximum that more is taken for', async () => {
    const crowd = await server.conversation('alice', ...range(1, 109).map((n) => `crowd ${n}`));
    const path = `Maps/${crowd.roster}`;
    expect((await ask(path, {})).keys).toHaveLength(50);
    for (const PageSize of ['100', '101', '1000000']) expect((await ask(path, { PageSize })).keys).toHaveLength(100);
  });

  test.each([
    { PageSize: '0' },
    { PageSize: '-1' },
    { PageSize: 'x' },
    { PageSize: '1.5' },
    { Order: 'sideways' },
    { From: 'x' },
    { From: '%00' },
    { Index: '%00' },
    { From: '-1' },
    { PageToken: 'nonsense' },
    { PageToken: '' },
    { PageToken: token(['asc', 10, 'from']) },
    { PageToken: token(['asc', 10, 'beside', 1]) },
    { PageToken: token(['asc', 10, 'from', 'x']) },
    { PageToken: token(['asc', 0, 'from', 1]) },
    { PageToken: token(['asc', 10, 'from', null]) },
    { PageToken: token(['asc', 10, ['from'], 1]) },
    { PageToken: token({ length: 4 }) },
  ])('%j is a 400', async (params) => {
    expect((await ask(LIST, params)).status).toBe(400);
  });

  test.each([
    { From: 'MB\0' },
    { Key: 'MB\0' },
    { PageToken: token(['asc', 10, 'from', 'MB\0']) },
    { PageToken: token(['desc', 10, 'before', '\0']) },
  ])('%j, with a character that no key can have, is a 400', async (params) => {
    expect((await ask(ROSTER, params)).status).toBe(400);
  });

  test('a token that is a JSON bomb is a 400', async () => {
    const bomb = `["asc",10,"from",${'['.repeat(50_000)}${']'.repeat(50_000)}]`;
    expect((await ask(LIST, { PageToken: Buffer.from(bomb).toString('base64url') })).status).toBe(400);
  });

  test('a token of a page whose neighbours have gone since', async () => {
    const page = await ask(LIST, { From: '9', PageSize: '3' });
    expect(page.keys).toEqual([9, 11, 12]);
    await removeMessages([9, 12, ...range(14, 28).filter((n) => n % 3 !== 1)]);
    // The page before 9 has nothing after it but 11; the page from 14 on has nothing.
    expect(await ask(LIST, { PageToken: page.previous })).toMatchObject({ keys: [5, 6, 8], next: expect.any(String) });
    expect(await ask(LIST, { PageToken: page.next })).toMatchObject({
      keys: [],
      previous: expect.any(String),
      next: null,
    });
    await removeMessages([11]);
    expect(await ask(LIST, { PageToken: page.previous })).toMatchObject({ keys: [5, 6, 8], next: null });
    const end = await ask(LIST, { PageToken: page.next });
    expect(await ask(LIST, { PageToken: end.previous })).toMatchObject({ keys: [5, 6, 8], next: null });
  });
});

function token(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

test('an item tells its event, revision, times and place', async () => {
  const { body } = await alice.request('GET', `${SERVICE}/${LIST}/Items`, undefined, { Index: '3' });
  expect(body).toMatchObject({
    items: [
      {
        index: 3,
        list_sid: conversation.messages,
        url: `https://cds.us1.twilio.com${SERVICE}/${LIST}/Items/3`,
        revision: '4',
        last_event_id: 4,
        date_expires: null,
        data: { text: 'message 3', type: 'text', author: 'alice' },
      },
    ],
  });
  const participant = fieldsOf(
    (await alice.request('GET', `${SERVICE}/${ROSTER}/Items`, undefined, { PageSize: '1' })).body,
  );
  const [item] = Array.isArray(participant.items) ? participant.items : [];
  expect(item).toMatchObject({
    key: expect.stringMatching(/^MB[0-9a-f]{32}$/),
    map_sid: conversation.roster,
    last_event_id: expect.any(Number),
    data: { identity: expect.any(String), attributes: '{}' },
  });
  expect(textAt(item, 'revision')).toBe(Number(fieldsOf(item).last_event_id).toString(16));
  for (const name of ['date_created', 'date_updated']) expect(textAt(item, name)).toMatch(/^\d{4}-.*\.\d{3}Z$/);
});
