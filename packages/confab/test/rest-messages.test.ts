import { beforeAll, describe, expect, it } from 'vitest';
import { onEveryEngine, type RestServer } from './support/rest-server.ts';

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  const forms = () => ['/v1', `/v1/Services/${server.chatServiceSid}`];

  async function conversation(uniqueName?: string): Promise<string> {
    return (await server.client.conversations.v1.conversations.create(uniqueName ? { uniqueName } : {})).sid;
  }

  describe('imported messages', () => {
    it('keep the times that they are given, and get their indexes as they come', async () => {
      const sid = await conversation();
      for (const [at, base] of forms().entries()) {
        const form = {
          Body: 'x',
          DateCreated: `201${9 - at}-01-02T03:04:05Z`,
          DateUpdated: '2020-05-06T07:08:09+02:00',
        };
        expect(await server.sendAs(`${base}/Conversations/${sid}/Messages`, { form })).toMatchObject({
          status: 201,
          json: { index: at, date_created: form.DateCreated, date_updated: '2020-05-06T05:08:09Z' },
        });
      }
      const { messages } = server.client.conversations.v1.conversations(sid);
      expect(await messages.create({ body: 'now' })).toMatchObject({ index: 2 });
      const listed = await messages.list({ order: 'desc' });
      expect(listed.map(({ index }) => index)).toEqual([2, 1, 0]);
    });

    it('were last changed when they were written, unless the request says otherwise', async () => {
      const { messages } = server.client.conversations.v1.conversations(await conversation());
      const dateCreated = new Date('2018-01-01T00:00:00Z');
      expect(await messages.create({ body: 'x', dateCreated })).toMatchObject({
        dateCreated,
        dateUpdated: dateCreated,
      });
    });

    it('move the last message of their conversation as they are', async () => {
      const sid = await conversation();
      const { messages } = server.client.conversations.v1.conversations(sid);
      const times = ['2017-01-01T00:00:00Z', '2016-01-01T00:00:00Z'].map((text) => new Date(text));
      const [first, second] = await Promise.all(
        times.map((dateCreated) => messages.create({ body: 'x', dateCreated })),
      ).then((made) => made.toSorted((a, b) => a.index - b.index));
      if (first === undefined || second === undefined) throw new Error('Two were sent.');
      expect(await lastMessage(sid)).toEqual([1, second.dateCreated]);
      await messages(first.sid).update({ dateCreated: new Date('2015-01-01T00:00:00Z') });
      expect(await lastMessage(sid)).toEqual([1, second.dateCreated]);
      await messages(second.sid).update({ dateCreated: new Date('2014-01-01T00:00:00Z') });
      expect(await lastMessage(sid)).toEqual([1, new Date('2014-01-01T00:00:00Z')]);
      await messages(second.sid).remove();
      expect(await lastMessage(sid)).toEqual([0, new Date('2015-01-01T00:00:00Z')]);
    });

    async function lastMessage(sid: string): Promise<unknown[]> {
      const row = await server.store.read
        .selectFrom('conversations')
        .select(['last_message_index', 'last_message_at'])
        .where('sid', '=', sid)
        .executeTakeFirstOrThrow();
      return [row.last_message_index, new Date(row.last_message_at ?? 0)];
    }
  });

  describe('the author', () => {
    it('is nobody’s participant until a participant’s identity is given, and may be changed', async () => {
      const sid = await conversation();
      const remote = server.client.conversations.v1.conversations(sid);
      const { sid: participantSid } = await remote.participants.create({ identity: 'ada' });
      const made = await remote.messages.create({ body: 'x' });
      expect(made).toMatchObject({ author: 'system', participantSid: null });
      const message = remote.messages(made.sid);
      expect(await message.update({ author: 'ada' })).toMatchObject({ author: 'ada', participantSid });
      expect(await message.update({ author: 'bob' })).toMatchObject({ author: 'bob', participantSid: null });
      expect(await message.update({ body: 'y' })).toMatchObject({ author: 'bob', body: 'y' });
      expect(await message.update({ author: '' })).toMatchObject({ author: 'system', participantSid: null });
    });
  });

  it('a message has a subject, which an edit changes or takes away', async () => {
    const sid = await conversation();
    const { sid: message } = await server.client.conversations.v1
      .conversations(sid)
      .messages.create({ body: 'x', subject: 'One' });
    const subjects: unknown[] = [];
    for (const Subject of [undefined, 'Two', '']) {
      const form: Record<string, string> = Subject === undefined ? { Attributes: '{}' } : { Subject };
      await server.sendAs(`/v1/Conversations/${sid}/Messages/${message}`, { form });
      const row = server.store.read.selectFrom('messages').select('subject').where('sid', '=', message);
      subjects.push((await row.executeTakeFirstOrThrow()).subject);
    }
    expect(subjects).toEqual(['One', 'Two', null]);
  });
});
