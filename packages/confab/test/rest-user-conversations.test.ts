import { beforeAll, describe, expect, it } from 'vitest';
import { onEveryEngine, type RestServer, TIME } from './support/rest-server.ts';

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  /** A conversation that the user is in, with three messages. */
  async function conversationOf(identity: string, uniqueName: string) {
    const { conversations } = server.client.conversations.v1;
    const { sid } = await conversations.create({ uniqueName, friendlyName: 'Talk', attributes: '{"a":1}' });
    const participant = await conversations(sid).participants.create({ identity });
    for (const body of ['one', 'two', 'three']) await conversations(sid).messages.create({ body });
    return { sid, participantSid: participant.sid };
  }

  describe('the conversations of a user', () => {
    it('have the documented shape in both forms, by SID, identity and unique name', async () => {
      const { sid, participantSid } = await conversationOf('shaped person', 'shaped');
      const { sid: userSid } = await server.client.conversations.v1.users('shaped person').fetch();
      for (const base of ['/v1', `/v1/Services/${server.chatServiceSid}`]) {
        const expected = {
          account_sid: server.accountSid,
          chat_service_sid: server.chatServiceSid,
          conversation_sid: sid,
          unread_messages_count: null,
          last_read_message_index: null,
          participant_sid: participantSid,
          user_sid: userSid,
          friendly_name: 'Talk',
          conversation_state: 'active',
          timers: {},
          attributes: '{"a":1}',
          date_created: expect.stringMatching(TIME),
          date_updated: expect.stringMatching(TIME),
          created_by: 'system',
          notification_level: 'default',
          unique_name: 'shaped',
          url: `${server.url}${base}/Users/${userSid}/Conversations/${sid}`,
          links: {
            participant: `${server.url}${base}/Conversations/${sid}/Participants/${participantSid}`,
            conversation: `${server.url}${base}/Conversations/${sid}`,
          },
        };
        for (const user of [userSid, 'shaped%20person']) {
          for (const conversation of [sid, 'shaped']) {
            const answer = await server.sendAs(`${base}/Users/${user}/Conversations/${conversation}`);
            expect(answer).toMatchObject({ status: 200 });
            expect(answer.json).toEqual(expected);
          }
          expect((await server.sendAs(`${base}/Users/${user}/Conversations`)).json).toMatchObject({
            meta: { key: 'conversations', page_size: 50 },
            conversations: [expected],
          });
        }
      }
    });

    it('are changed with the official helper: level, horizon and its time, all or nothing', async () => {
      const { sid } = await conversationOf('reader', 'read');
      const mine = server.client.conversations.v1.users('reader').userConversations('read');
      expect(await mine.update({ notificationLevel: 'muted' })).toMatchObject({
        notificationLevel: 'muted',
        lastReadMessageIndex: null,
      });
      const lastReadTimestamp = new Date('2025-03-01T10:20:30Z');
      expect(await mine.update({ lastReadMessageIndex: 0, lastReadTimestamp })).toMatchObject({
        notificationLevel: 'muted',
        lastReadMessageIndex: 0,
        unreadMessagesCount: 2,
      });
      const participant = () => server.client.conversations.v1.conversations(sid).participants('reader').fetch();
      expect(await participant()).toMatchObject({ lastReadMessageIndex: 0, lastReadTimestamp: '2025-03-01T10:20:30Z' });
      // The time alone leaves the horizon where it is; the horizon alone takes the time of now.
      await mine.update({ lastReadTimestamp: new Date('2025-04-01T00:00:00Z') });
      expect(await participant()).toMatchObject({ lastReadMessageIndex: 0, lastReadTimestamp: '2025-04-01T00:00:00Z' });
      expect(await mine.update({ lastReadMessageIndex: 99 })).toMatchObject({
        lastReadMessageIndex: 2,
        unreadMessagesCount: 0,
      });
      expect((await participant()).lastReadTimestamp).not.toMatch(/^2025/);

      const path = '/v1/Users/reader/Conversations/read';
      const before = (await server.sendAs(path)).json;
      for (const [name, value] of [
        ['NotificationLevel', 'loud'],
        ['LastReadTimestamp', 'yesterday'],
        ['LastReadMessageIndex', '-1'],
      ] as const) {
        const form = { NotificationLevel: 'default', LastReadMessageIndex: '0', [name]: value };
        expect(await server.sendAs(path, { form })).toMatchObject({
          status: 400,
          json: { code: 20001, details: { parameter: name } },
        });
      }
      expect((await server.sendAs(path)).json).toEqual(before);
      expect((await server.sendAs(path, { form: {} })).json).toEqual(before);
      expect(await server.sendAs(path, { form: { LastReadMessageIndex: '' } })).toMatchObject({
        json: { last_read_message_index: null, unread_messages_count: null },
      });
    });

    it('are left by deleting', async () => {
      const { sid } = await conversationOf('leaver', 'left');
      const { users, conversations } = server.client.conversations.v1;
      const mine = users('leaver').userConversations(sid);
      expect(await mine.remove()).toBe(true);
      expect(await conversations(sid).participants.list()).toEqual([]);
      expect((await conversations(sid).messages.list()).map(({ body }) => body)).toEqual(['one', 'two', 'three']);
      expect(await users('leaver').userConversations.list()).toEqual([]);
      await expect(mine.fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
      await expect(mine.remove()).rejects.toMatchObject({ status: 404, code: 20404 });
    });

    it('are those of this user, in pages, each with its own count', async () => {
      const sids: string[] = [];
      for (let at = 0; at < 5; at += 1) sids.push((await conversationOf('pager', `paged ${at}`)).sid);
      await conversationOf('somebody else', 'not theirs');
      const { userConversations } = server.client.conversations.v1.users('pager');
      await userConversations('paged 3').update({ lastReadMessageIndex: 1 });
      const listed = await userConversations.list({ pageSize: 2 });
      expect(listed.map(({ conversationSid }) => conversationSid)).toEqual(sids);
      expect(listed.map(({ unreadMessagesCount }) => unreadMessagesCount)).toEqual([null, null, null, 1, null]);
      expect(await server.sendAs('/v1/Users/pager/Conversations?PageSize=1000')).toMatchObject({
        json: { meta: { page_size: 50 } },
      });
      for (const path of ['/v1/Users/nobody/Conversations', '/v1/Users/pager/Conversations/not%20theirs']) {
        expect(await server.sendAs(path)).toMatchObject({ status: 404, json: { code: 20404 } });
      }
    });
  });
});
