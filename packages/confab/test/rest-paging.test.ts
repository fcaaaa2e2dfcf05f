import { beforeAll, describe, expect, it } from 'vitest';
import { onEveryEngine, type RestServer } from './support/rest-server.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

const tokenOf = (json: string) => `PT${Buffer.from(json).toString('base64url')}`;

interface Meta {
  page: number;
  page_size: number;
  first_page_url: string;
  previous_page_url: string | null;
  url: string;
  next_page_url: string | null;
  key: string;
}

interface MessagePage {
  meta: Meta;
  messages: { index: number }[];
}

onEveryEngine((start) => {
  let server: RestServer;
  /** Path of a conversation with 120 messages. */
  let messages: string;

  beforeAll(async () => {
    server = await start();
    const { sid } = await server.client.conversations.v1.conversations.create({ uniqueName: 'long' });
    messages = `/v1/Conversations/${sid}/Messages`;
    for (let n = 0; n < 120; n += 1) {
      expect(await server.sendAs(messages, { form: { Body: `Message ${n}` } })).toMatchObject({ status: 201 });
    }
    return () => server.stop();
  });

  async function pageAt(url: string): Promise<MessagePage> {
    const { status, text } = await server.sendAs(url.replace(server.url, ''));
    expect(status).toBe(200);
    return JSON.parse(text);
  }

  const indexes = (page: MessagePage) => page.messages.map(({ index }) => index);

  describe('the official helper', () => {
    const list = () => server.client.conversations.v1.conversations('long').messages;

    it('lists all 120 messages, in both orders', async () => {
      expect((await list().list()).map(({ index }) => index)).toEqual(upTo(120));
      const down = await list().list({ order: 'desc', pageSize: 7 });
      expect(down.map(({ index }) => index)).toEqual(upTo(120).reverse());
    });

    it('may ask for more than a page holds', async () => {
      expect(await list().list({ limit: 110 })).toHaveLength(110);
    });

    it('walks forwards and back again', async () => {
      const first = await list().page({ pageSize: 50 });
      const second = await first.nextPage();
      const third = await second?.nextPage();
      expect(third?.instances.map(({ index }) => index)).toEqual(upTo(120).slice(100));
      expect(third?.nextPage()).toBeUndefined();
      const back = await third?.previousPage();
      expect(back?.instances.map(({ index }) => index)).toEqual(upTo(100).slice(50));
      const start = await back?.previousPage();
      expect(start?.instances.map(({ index }) => index)).toEqual(upTo(50));
      expect(start?.previousPage()).toBeUndefined();
      expect((await start?.nextPage())?.instances.map(({ index }) => index)).toEqual(upTo(100).slice(50));
    });

    it('pages through services and conversations', async () => {
      const { services } = server.client.conversations.v1;
      const made = [];
      for (const n of upTo(5)) made.push(await services.create({ friendlyName: `Service ${n}` }));
      const sids = [server.chatServiceSid, ...made.map(({ sid }) => sid)];
      expect((await services.list({ pageSize: 2 })).map(({ sid }) => sid)).toEqual(sids);

      const { conversations } = services(made[0]?.sid ?? '');
      const inside = [];
      for (const _ of upTo(5)) inside.push((await conversations.create()).sid);
      const listed = await conversations.list({ pageSize: 2 });
      expect(listed.map(({ sid }) => sid)).toEqual(inside.toReversed());
      const page = await conversations.page({ pageSize: 2 });
      const previous = await (await page.nextPage())?.previousPage();
      expect(previous?.instances.map(({ sid }) => sid)).toEqual(inside.toReversed().slice(0, 2));
    });

    it('pages through participants', async () => {
      const { participants } = server.client.conversations.v1.conversations('long');
      for (const n of upTo(5)) await participants.create({ identity: `person ${n}` });
      const listed = await participants.list({ pageSize: 2 });
      expect(listed.map(({ identity }) => identity)).toEqual(upTo(5).map((n) => `person ${n}`));
    });
  });

  describe('the envelope', () => {
    it('tells exact URLs', async () => {
      const base = `${server.url}${messages}`;
      const first = await pageAt(messages);
      const next = new URL(first.meta.next_page_url ?? '');
      expect(first.meta).toEqual({
        page: 0,
        page_size: 50,
        first_page_url: `${base}?PageSize=50&Page=0`,
        previous_page_url: null,
        url: `${base}?PageSize=50&Page=0`,
        next_page_url: expect.stringMatching(/\?PageSize=50&Page=1&PageToken=PT[\w-]+$/),
        key: 'messages',
      });
      const second = await pageAt(next.href);
      expect(second.meta).toMatchObject({
        page: 1,
        first_page_url: `${base}?PageSize=50&Page=0`,
        previous_page_url: expect.stringMatching(/\?PageSize=50&Page=0&PageToken=PT[\w-]+$/),
        url: next.href,
      });
      const last = await pageAt(second.meta.next_page_url ?? '');
      expect(last.meta).toMatchObject({ page: 2, next_page_url: null });
    });

    it('keeps filters in its URLs, and their case does not matter', async () => {
      const page = await pageAt(`${messages}?Order=DeSc&PageSize=2`);
      expect(indexes(page)).toEqual([119, 118]);
      expect(page.meta.url).toBe(`${server.url}${messages}?Order=desc&PageSize=2&Page=0`);
      const next = await pageAt(page.meta.next_page_url ?? '');
      expect(indexes(next)).toEqual([117, 116]);
    });

    it('names a conversation by its SID, however it was asked for', async () => {
      const page = await pageAt('/v1/Conversations/long/Messages');
      expect(page.meta.url).toBe(`${server.url}${messages}?PageSize=50&Page=0`);
    });

    it('has no next page when the last one is full', async () => {
      const page = await pageAt(`${messages}?PageSize=40`);
      const second = await pageAt(page.meta.next_page_url ?? '');
      const third = await pageAt(second.meta.next_page_url ?? '');
      expect(indexes(third)).toEqual(upTo(120).slice(80));
      expect(third.meta.next_page_url).toBeNull();
    });

    it('is there when there is nothing to list', async () => {
      const { sid } = await server.client.conversations.v1.conversations.create();
      const page = await pageAt(`/v1/Conversations/${sid}/Messages`);
      expect(page).toMatchObject({ messages: [], meta: { previous_page_url: null, next_page_url: null } });
    });

    it('moves no row to another page when new ones arrive in between', async () => {
      const { conversations } = server.client.conversations.v1;
      const { sid } = await conversations.create();
      for (const n of upTo(4)) await conversations(sid).messages.create({ body: `${n}` });
      const page = await pageAt(`/v1/Conversations/${sid}/Messages?Order=desc&PageSize=2`);
      await conversations(sid).messages.create({ body: 'new' });
      expect(indexes(await pageAt(page.meta.next_page_url ?? ''))).toEqual([1, 0]);
    });

    it('clamps the page size', async () => {
      const page = await pageAt(`${messages}?PageSize=1000`);
      expect(page.messages).toHaveLength(100);
      expect(page.meta.page_size).toBe(100);
    });
  });

  describe('bad paging parameters', () => {
    it.each([
      ['PageSize', '0'],
      ['PageSize', '-1'],
      ['PageSize', 'ten'],
      ['PageSize', '1.5'],
      ['PageSize', ''],
      ['PageSize', '99999999999999999999'],
      ['Page', '-1'],
      ['Page', 'x'],
      ['Order', 'up'],
      ['PageToken', ''],
      ['PageToken', 'PT'],
      ['PageToken', 'PTe30'],
      ['PageToken', tokenOf('{"before":[1]}').replace('PT', 'XX')],
      ['PageToken', tokenOf('{"before":["1; DROP TABLE messages"]}')],
      ['PageToken', tokenOf('{"before":[1e300]}')],
      ['PageToken', tokenOf('{"before":[1.5]}')],
      ['PageToken', tokenOf('{"before":[1,2]}')],
      ['PageToken', tokenOf('{"before":[]}')],
      ['PageToken', tokenOf('{"before":1}')],
      ['PageToken', tokenOf('[')],
      ['PageToken', `${tokenOf('{"before":[1]}')}\0`],
    ])('%s=%j is refused, by name', async (name, value) => {
      const answer = await server.sendAs(`${messages}?${new URLSearchParams({ [name]: value })}`);
      expect(answer).toMatchObject({ status: 400, json: { code: 20001, status: 400, details: { parameter: name } } });
    });

    it('a token beyond either end gives an empty page', async () => {
      for (const before of [-5, Number.MAX_SAFE_INTEGER]) {
        const token = tokenOf(JSON.stringify({ before: [before], back: before < 0 }));
        expect((await pageAt(`${messages}?PageToken=${token}`)).messages).toEqual([]);
      }
    });
  });
});
