import { expect, it } from 'vitest';
import {
  addParticipant,
  createContent,
  createConversation,
  listMessages,
  mediaOf,
  sendMessage,
  updateRole,
} from '../../src/domain/index.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

onEachEngine('a content template', (engine) => {
  it('is sent as a text is, and as long as it is of a sane size', async () => {
    const domain = await domainOver(await openTestStore(await emptyDatabase(engine)));
    const { execute, account, service, store, limits } = domain;
    const ann = await domain.user('ann');
    const conversation = await execute(createConversation, account, { service });
    const target = { service, conversation };
    const member = await execute(addParticipant, account, { ...target, identity: 'ann', joinPolicy: 'sid' });
    const types = { 'twilio/card': { title: 'For {{ name }}', media: ['{{1}}', 7, null] } };
    const { sid: contentSid } = await execute(createContent, account, {
      variables: '{"1":"https://example.com/cat"}',
      types: JSON.stringify(types),
    });
    const send = (contentVariables?: string, sid = contentSid) =>
      execute(sendMessage, ann, { ...target, contentSid: sid, contentVariables });
    const permit = (...permissions: ('sendMessage' | 'sendMediaMessage')[]) =>
      execute(updateRole, account, { service, roleSid: member.role_sid ?? '', permissions });
    await permit('sendMediaMessage');
    await expect(send('{"name":"Ada"}')).rejects.toMatchObject({ code: 50107, status: 403 });
    await permit('sendMessage');
    const message = await send('{"name":"Ada"}');
    expect(message).toMatchObject({ content_sid: contentSid, body: 'For Ada', author: 'ann' });
    const [item] = mediaOf(message) ?? [];
    const contentType = 'application/x-vnd.com.twilio.rich.twilio.card';
    expect(item).toMatchObject({ category: 'body', content_type: contentType, filename: null });
    const stored = await store.read.selectFrom('media').selectAll().executeTakeFirstOrThrow();
    expect(stored).toMatchObject({ sid: item?.sid, size: item?.size, author: 'ann', message_sid: message.sid });
    expect(JSON.parse(stored.inline_content ?? '')).toEqual({
      data: { title: 'For Ada', media: ['https://example.com/cat', 7, null] },
    });

    await expect(send('{}')).rejects.toMatchObject({ code: 21656, message: expect.stringContaining('{{ name }}') });
    const { sid: bomb } = await execute(createContent, account, {
      types: JSON.stringify({ 'twilio/text': { body: '{{1}}'.repeat(10_000) } }),
    });
    const long = JSON.stringify({ 1: 'x'.repeat(limits.contentBytes - 10) });
    await expect(send(long, bomb)).rejects.toMatchObject({ code: 21656 });
    expect(await listMessages(store.read, conversation.id, { order: 'asc', limit: 10 })).toHaveLength(1);
  });
});
