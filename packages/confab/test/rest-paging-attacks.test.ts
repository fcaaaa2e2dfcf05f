import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { clientFor, onEveryEngine, type RestServer, startRestServer } from './support/rest-server.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

interface Page {
  meta: { next_page_url: string | null; previous_page_url: string | null; url: string; first_page_url: string };
  rows: { sid: string; index: number; body: string; identity: string }[];
}

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  async function pageAt(url: string): Promise<Page> {
    const { status, text } = await server.sendAs(url.replace(server.url, ''));
    expect(status, text).toBe(200);
    const { meta, ...lists } = JSON.parse(text);
    return { meta, rows: Object.values(lists).flat() as Page['rows'] };
  }

  /** Walks to the end; `between` is told of each page but the last. */
  async function walk(url: string, between: (page: Page, number: number) => Promise<void>): Promise<Page['rows']> {
    const seen: Page['rows'] = [];
    let page = await pageAt(url);
    for (let number = 0; ; number += 1) {
      seen.push(...page.rows);
      if (page.meta.next_page_url === null) return seen;
      await between(page, number);
      page = await pageAt(page.meta.next_page_url);
    }
  }

  describe('a walk through pages', () => {
    it.each(['asc', 'desc'])(
      'shows each message that stays once, in order (%s), while others come and go',
      async (order) => {
        const { sid } = await server.client.conversations.v1.conversations.create();
        const { messages } = server.client.conversations.v1.conversations(sid);
        const sids: string[] = [];
        for (const n of upTo(30)) sids.push((await messages.create({ body: `${n}` })).sid);
        const removed = new Set<number>();
        const remove = async (index: number): Promise<void> => {
          removed.add(index);
          await messages(sids[index] ?? '').remove();
        };
        const rows = await walk(`/v1/Conversations/${sid}/Messages?Order=${order}&PageSize=4`, async ({ rows }) => {
          const last = rows.at(-1)?.index ?? 0;
          const ahead = order === 'asc' ? last + 1 : last - 1;
          // What the next page begins with, what was just seen, and what is seen later.
          if (ahead >= 0 && ahead < 30) await remove(ahead);
          if (last < 30) await remove(last);
          await messages.create({ body: 'new' });
          const later = order === 'asc' ? ahead + 2 : ahead - 2;
          if (later >= 0 && later < 30) await messages(sids[later] ?? '').update({ body: 'edited' });
        });
        const indexes = rows.map(({ index }) => index);
        const step = order === 'asc' ? 1 : -1;
        expect(indexes).toEqual(indexes.toSorted((a, b) => step * (a - b)));
        expect(new Set(indexes).size).toBe(indexes.length);
        for (const index of upTo(30)) if (!removed.has(index)) expect(indexes).toContain(index);
        // A list that grows at its end shows what has come, one that grows at its beginning does not.
        if (order === 'desc') expect(Math.max(...indexes)).toBe(29);
      },
    );

    it('ends when all that was ahead is removed, and goes back to what is left', async () => {
      const { sid } = await server.client.conversations.v1.conversations.create();
      const { participants } = server.client.conversations.v1.conversations(sid);
      for (const n of upTo(6)) await participants.create({ identity: `person ${n}` });
      const first = await pageAt(`/v1/Conversations/${sid}/Participants?PageSize=3`);
      for (const n of [3, 4, 5]) await participants(`person ${n}`).remove();
      const second = await pageAt(first.meta.next_page_url ?? '');
      expect(second).toMatchObject({ rows: [], meta: { next_page_url: null } });
      const back = await pageAt(second.meta.previous_page_url ?? '');
      expect(back.rows.map(({ identity }) => identity)).toEqual(['person 0', 'person 1', 'person 2']);
    });

    it('may stand on a row that is not there any more', async () => {
      const { sid } = await server.client.conversations.v1.conversations.create();
      const { participants } = server.client.conversations.v1.conversations(sid);
      for (const n of upTo(5)) await participants.create({ identity: `person ${n}` });
      const first = await pageAt(`/v1/Conversations/${sid}/Participants?PageSize=2`);
      const second = await pageAt(first.meta.next_page_url ?? '');
      await participants('person 2').remove();
      const again = await pageAt(second.meta.url);
      expect(again.rows.map(({ identity }) => identity)).toEqual(['person 3', 'person 4']);
      const before = await pageAt(second.meta.previous_page_url ?? '');
      expect(before.rows.map(({ identity }) => identity)).toEqual(['person 0', 'person 1']);
    });
  });

  describe('a token', () => {
    it('opens no other list than the one that is asked for', async () => {
      const { conversations } = server.client.conversations.v1;
      const [mine, other] = [await conversations.create(), await conversations.create()];
      for (const n of upTo(3)) {
        await conversations(mine.sid).messages.create({ body: `mine ${n}` });
        await conversations(other.sid).messages.create({ body: `other ${n}` });
      }
      const page = await pageAt(`/v1/Conversations/${mine.sid}/Messages?PageSize=1`);
      const token = new URL(page.meta.next_page_url ?? '').searchParams.get('PageToken');
      const crossed = await pageAt(`/v1/Conversations/${other.sid}/Messages?PageSize=1&PageToken=${token}`);
      expect(crossed.rows.map(({ body }) => body)).toEqual(['other 1']);
    });

    it('given twice, or with half of it, is refused', async () => {
      const answers = [
        await server.sendAs('/v1/Users?PageToken=PTeyJiZWZvcmUiOlsxXX0&PageToken=PTeyJiZWZvcmUiOlsxXX0'),
        await server.sendAs('/v1/Users?PageToken=PTeyJiZWZvcmUiOlsx'),
      ];
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 400, json: { code: 20001, details: { parameter: 'PageToken' } } });
      }
    });
  });
});

describe('page URLs', () => {
  const urlsOf = async (server: RestServer, headers: Record<string, string>) => {
    const { json } = await server.sendAs('/v1/Services?PageSize=1', { headers });
    return Object(json).meta.url as string;
  };

  it('are under the base that the caller used, whatever forwarding headers say', async () => {
    const server = await startRestServer();
    try {
      const forwarded = {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        'x-forwarded-prefix': '/evil',
        forwarded: 'host=evil.example;proto=https',
      };
      expect(await urlsOf(server, forwarded)).toBe(`${server.url}/v1/Services?PageSize=1&Page=0`);
      const { json } = await server.sendAs(`/2010-04-01/Accounts/${server.accountSid}/Keys.json`, {
        headers: forwarded,
      });
      expect(Object(json).uri).toMatch(/^\/2010-04-01\/Accounts\//);
    } finally {
      await server.stop();
    }
  });

  it('lead through a proxy that takes a path off, with the official helper', async () => {
    const proxy = createServer();
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const publicUrl = `http://127.0.0.1:${port}/chat`;
    const server = await startRestServer({ config: { publicUrl: `${publicUrl}/` } });
    const outside: string[] = [];
    proxy.on('request', (incoming, outgoing) => {
      const { url = '', method, headers } = incoming;
      if (!url.startsWith('/chat/')) outside.push(url);
      const target = { host: '127.0.0.1', port: server.port, path: url.replace(/^\/chat/, ''), method, headers };
      incoming.pipe(
        request(target, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        }),
      );
    });
    try {
      const client = clientFor(publicUrl, server.accountSid, server.authToken);
      const made = [];
      for (const n of upTo(5)) made.push((await client.conversations.v1.services.create({ friendlyName: `${n}` })).sid);
      const listed = await client.conversations.v1.services.list({ pageSize: 2 });
      expect(listed.map(({ sid }) => sid)).toEqual([server.chatServiceSid, ...made]);
      expect(listed[0]?.url).toBe(`${publicUrl}/v1/Services/${server.chatServiceSid}`);
      expect(await client.api.v2010.accounts(server.accountSid).keys.list({ pageSize: 1 })).toHaveLength(1);
      const { servers } = Object((await server.send('/openapi.json')).json);
      expect(servers).toEqual([{ url: publicUrl }]);
      expect(outside).toEqual([]);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
      await server.stop();
    }
  });
});
