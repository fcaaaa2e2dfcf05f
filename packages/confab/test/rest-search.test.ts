import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { keepSearchable } from '../src/domain/index.ts';
import { onEveryEngine, type RestServer, startRestServer } from './support/rest-server.ts';

/** As housekeeping does, again and again. */
async function settle({ store }: RestServer): Promise<void> {
  while ((await keepSearchable(store, 100)) > 0);
}

/** What a list answers with, by one of its properties. */
async function listed(server: RestServer, path: string, list: string, property: string): Promise<unknown[]> {
  await settle(server);
  const { status, json } = await server.sendAs(`/confab/v1${path}`);
  expect(status).toBe(200);
  const rows: unknown = Object(json)[list];
  return Array.isArray(rows) ? rows.map((row) => Object(row)[property]) : [];
}

async function made(server: RestServer, path: string, form: Record<string, string>): Promise<{ sid: string }> {
  const { status, json } = await server.sendAs(path, { form });
  expect(status).toBe(201);
  return { sid: String(Object(json).sid) };
}

const encode = encodeURIComponent;

onEveryEngine((start) => {
  let server: RestServer;
  beforeEach(async () => {
    server = await start();
    return () => server.stop();
  });

  const found = (query: string, more = '') =>
    listed(server, `/Messages?Query=${encode(query)}${more}`, 'messages', 'body');
  const named = (name: string, more = '') =>
    listed(server, `/Conversations?Name=${encode(name)}${more}`, 'conversations', 'friendly_name');

  async function room(FriendlyName: string, bodies: readonly string[], dates: readonly Date[] = []) {
    const { sid } = await made(server, '/v1/Conversations', { FriendlyName });
    const messages: string[] = [];
    for (const [at, Body] of bodies.entries()) {
      const date = dates[at];
      const form = { Body, Author: 'ada', ...(date && { DateCreated: date.toISOString() }) };
      messages.push((await made(server, `/v1/Conversations/${sid}/Messages`, form)).sid);
    }
    return { sid, path: `/v1/Conversations/${sid}`, messages };
  }

  describe('searching messages', () => {
    it('finds all words, whatever their case and order, and the beginning of the last', async () => {
      const { sid } = await room('Kitchen', ['The Oven is broken', 'oven: broken!', 'a new stove', 'grüße aus Köln']);
      expect(await found('broken oven')).toEqual(['oven: broken!', 'The Oven is broken']);
      expect(await found('OVEN br')).toEqual(['oven: broken!', 'The Oven is broken']);
      expect(await found('br oven')).toEqual([]);
      expect(await found('Grüße köl')).toEqual(['grüße aus Köln']);
      await settle(server);
      expect(await server.sendAs('/confab/v1/Messages?Query=stove')).toMatchObject({
        json: {
          messages: [
            { conversation_sid: sid, index: 2, conversation_friendly_name: 'Kitchen', conversation_unique_name: null },
          ],
        },
      });
    });

    it.each(['"', '*', "'", 'NOT', 'oven OR', 'a:b -c', 'body : x', '& | !', ':*', '\\', '🙂'])(
      'takes %s for a text, not for a query',
      async (query) => {
        await room('Kitchen', ['oven']);
        expect(await found(query)).toEqual([]);
      },
    );

    it('goes with the message: changed, removed, deleted with its conversation', async () => {
      const first = await room('one', ['apple']);
      const second = await room('two', ['apple']);
      const third = await room('three', ['apple tree']);
      expect(await found('apple')).toEqual(['apple tree', 'apple', 'apple']);
      await server.sendAs(`${first.path}/Messages/${first.messages[0]}`, { form: { Body: 'pear' } });
      await server.sendAs(`${second.path}/Messages/${second.messages[0]}`, { method: 'DELETE' });
      await server.sendAs(third.path, { method: 'DELETE' });
      expect(await found('apple')).toEqual([]);
      expect(await found('pear')).toEqual(['pear']);
    });

    it('stays within the service, and within the conversation that is named', async () => {
      const { sid } = await room('one', ['apple one']);
      await room('two', ['apple two']);
      const other = await made(server, '/v1/Services', { FriendlyName: 'Other' });
      const conversations = `/v1/Services/${other.sid}/Conversations`;
      const hidden = await made(server, conversations, {});
      await made(server, `${conversations}/${hidden.sid}/Messages`, { Body: 'apple three' });
      expect(await found('apple')).toEqual(['apple two', 'apple one']);
      expect(await found('apple', `&Conversation=${sid}`)).toEqual(['apple one']);
      expect(await listed(server, `/Services/${other.sid}/Messages?Query=apple`, 'messages', 'body')).toEqual([
        'apple three',
      ]);
      expect(await server.sendAs('/confab/v1/Messages?Query=apple&Conversation=nowhere')).toMatchObject({
        status: 400,
      });
    });

    it('goes on page after page', async () => {
      await room('one', ['apple 1', 'apple 2', 'apple 3']);
      await settle(server);
      const seen: unknown[] = [];
      for (let url: unknown = `${server.url}/confab/v1/Messages?Query=apple&PageSize=2`; typeof url === 'string'; ) {
        const { pathname, search } = new URL(url);
        const { json } = await server.sendAs(pathname + search);
        const { messages, meta } = Object(json);
        seen.push(messages.map(({ body }: { body: string }) => body));
        url = meta.next_page_url;
      }
      expect(seen).toEqual([['apple 3', 'apple 2'], ['apple 1']]);
    });
  });

  describe('the overview of conversations', () => {
    it('finds names, and what they are changed to', async () => {
      const kitchen = await room('Kitchen talk', []);
      await made(server, '/v1/Conversations', { FriendlyName: 'Garden', UniqueName: 'kitchen-2' });
      expect(await named('kitch')).toEqual(['Garden', 'Kitchen talk']);
      await server.sendAs(kitchen.path, { form: { FriendlyName: 'Cellar' } });
      expect(await named('kitchen')).toEqual(['Garden']);
      expect(await named('cellar')).toEqual(['Cellar']);
      expect(await named('cellar', '&State=closed')).toEqual([]);
    });

    it('is sorted by activity, and filtered by state', async () => {
      const at = (minute: number) => new Date(Date.now() + minute * 60_000);
      await room('first', ['x'], [at(30)]);
      const second = await room('second', ['x'], [at(10)]);
      await room('third', ['x', 'y'], [at(5), at(20)]);
      const overview = (query: string) => listed(server, `/Conversations${query}`, 'conversations', 'friendly_name');
      expect(await overview('')).toEqual(['first', 'third', 'second']);
      expect(await overview('?SortBy=created')).toEqual(['third', 'second', 'first']);
      await server.sendAs(second.path, { form: { State: 'closed' } });
      expect(await overview('?State=active')).toEqual(['first', 'third']);
      expect(await overview('?State=closed')).toEqual(['second']);
      expect(await server.sendAs(`/confab/v1/Conversations/${second.sid}`)).toMatchObject({
        json: { messages_count: 1, last_message_index: 0, date_last_message: expect.any(String), created_by: 'system' },
      });
    });
  });
});

describe('the words of an erased message', () => {
  it('are in no file of the database any more once it is scrubbed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'confab-search-'));
    const server = await startRestServer({ location: { engine: 'sqlite', folder } });
    try {
      const { sid } = await made(server, '/v1/Conversations', {});
      const path = `/v1/Conversations/${sid}/Messages`;
      const message = await made(server, path, { Body: 'zyxwvutsecret and others' });
      await settle(server);
      expect(await listed(server, '/Messages?Query=zyxwvutsecret', 'messages', 'index')).toEqual([0]);
      await server.sendAs(`${path}/${message.sid}`, { method: 'DELETE' });
      await server.store.write(({ db }) => db.deleteFrom('event_log').execute());
      await server.store.scrub();
      for (const name of ['confab.db', 'confab.db-wal']) {
        expect(readFileSync(join(folder, name)).includes('zyxwvutsecret')).toBe(false);
      }
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
