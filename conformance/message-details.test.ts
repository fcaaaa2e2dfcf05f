import { expect, test } from 'vitest';
import { startConfab } from '../packages/confab/src/index.ts';
import { createDatabase } from '../packages/confab/test/support/postgres.ts';
import { onEachEngine } from '../packages/confab/test/support/store.ts';
import { type Client, type Conversation, connect, type Message, nextEvent, SDKS } from './support/sdk.ts';

const [sdk] = SDKS;

interface MessageUpdate {
  message: Message;
  updateReasons: string[];
}

onEachEngine('what is told of a message by others than its author', (engine) => {
  async function setUp() {
    const database = engine === 'postgres' ? await createDatabase() : undefined;
    const confab = await startConfab(database === undefined ? {} : { databaseUrl: database.url });
    const authorization = `Basic ${Buffer.from(`${confab.accountSid}:${confab.authToken}`).toString('base64')}`;
    const alice = await connect(sdk, confab, 'alice');
    const conversation = await alice.createConversation();
    const joined = nextEvent<Conversation>(alice, 'conversationJoined');
    await conversation.join();
    await joined;
    const rest = async (path: string, form?: Record<string, string>) => {
      const { chatServiceSid: service } = confab;
      const [root, rest] = path.startsWith('+') ? ['/confab/v1', path.slice(1)] : ['/v1', path];
      const response = await fetch(
        `${confab.url}${root}/Services/${service}/Conversations/${conversation.sid}${rest}`,
        {
          headers: { authorization },
          ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
        },
      );
      return { status: response.status, body: await response.json() };
    };
    return {
      alice,
      confab,
      conversation,
      rest,
      async stop() {
        await alice.shutdown();
        await confab.stop();
        await database?.drop();
      },
    };
  }

  async function sent(alice: Client, conversation: Conversation, body: string): Promise<Message> {
    await conversation.getMessages(1);
    const added = nextEvent<Message>(alice, 'messageAdded');
    await conversation.sendMessage(body);
    return added;
  }

  test('receipts that a gateway reports, together and in detail, page by page', async () => {
    const { alice, conversation, rest, stop } = await setUp();
    for (const number of ['1', '2']) await conversation.addNonChatParticipant('+15005550006', `+1500555000${number}`);
    const message = await sent(alice, conversation, 'by SMS');
    const path = `/Messages/${message.sid}`;
    expect(message.aggregatedDeliveryReceipt).toBeNull();
    expect(await message.getDetailedDeliveryReceipts()).toEqual([]);
    const updates: MessageUpdate[] = [];
    alice.on('messageUpdated', (update) => updates.push(update));
    const { dateUpdated } = message;

    const report = (participant: string, status: string, more = {}) =>
      rest(`+${path}/Receipts`, { Participant: participant, Status: status, ...more });
    const first = await report('+15005550001', 'delivered', { ChannelMessageSid: `SM${'0'.repeat(32)}` });
    expect(first).toMatchObject({
      status: 201,
      body: { status: 'delivered', error_code: 0, message_sid: message.sid },
    });
    await expect
      .poll(() => message.aggregatedDeliveryReceipt)
      .toMatchObject({ total: 2, delivered: 'some', read: 'none' });
    // Late news, which changes nothing and is told to nobody.
    expect((await report('+15005550001', 'sent')).body).toEqual(first.body);
    await report('+15005550002', 'undelivered', { ErrorCode: '30003' });
    await expect.poll(() => message.aggregatedDeliveryReceipt).toMatchObject({ sent: 'all', undelivered: 'some' });
    expect(updates.map(({ updateReasons }) => updateReasons)).toEqual([['deliveryReceipt'], ['deliveryReceipt']]);
    expect(message.dateUpdated).toEqual(dateUpdated);

    const detailed = await message.getDetailedDeliveryReceipts();
    expect(detailed).toMatchObject([
      { status: 'delivered', channelMessageSid: `SM${'0'.repeat(32)}`, errorCode: 0, messageSid: message.sid },
      { status: 'undelivered', errorCode: 30003, conversationSid: conversation.sid },
    ]);
    const { body } = await rest(`${path}/Receipts`);
    expect(body.delivery_receipts.map(({ sid }: { sid: string }) => sid)).toEqual(detailed.map(({ sid }) => sid));
    expect((await rest(`${path}/Receipts/${detailed[1]?.sid}`)).body).toMatchObject({ error_code: 30003 });
    expect((await rest(path)).body.delivery).toEqual({
      total: 2,
      sent: 'all',
      delivered: 'some',
      read: 'none',
      failed: 'none',
      undelivered: 'some',
    });

    expect(await report('alice', 'read')).toMatchObject({ status: 400, body: { code: 20001 } });
    expect(await report('+15005550001', 'lost')).toMatchObject({ status: 400, body: { code: 20001 } });
    // What a participant sends who is reached by an address comes in over REST, and is theirs.
    const { body: inbound } = await rest('/Messages', { Author: '+15005550001', Body: 'an answer' });
    expect(inbound.participant_sid).toBe(first.body.participant_sid);
    const own = await rest(`+/Messages/${inbound.sid}/Receipts`, { Participant: '+15005550001', Status: 'read' });
    expect(own.status).toBe(400);
    await stop();
  });

  test('channel metadata, or none', async () => {
    const { alice, confab, conversation, rest, stop } = await setUp();
    const plain = await sent(alice, conversation, 'plain');
    expect(await plain.getChannelMetadata()).toBeNull();
    const message = await sent(alice, conversation, 'by WhatsApp');
    const path = `+/Messages/${message.sid}/ChannelMetadata`;
    expect(await rest(path)).toMatchObject({ status: 404 });
    expect(await rest(path, { Type: 'whatsapp', Data: '[]' })).toMatchObject({ status: 400, body: { code: 20001 } });
    const metadata = { type: 'whatsapp', data: { profile: 'Ada' } };
    const form = { Type: 'whatsapp', Data: JSON.stringify(metadata.data) };
    expect(await rest(path, form)).toEqual({ status: 200, body: { message_sid: message.sid, ...metadata } });
    expect(await rest(path)).toMatchObject({ status: 200, body: metadata });
    // The SDK asks only of what said so when it was first seen.
    const later = await connect(sdk, confab, 'alice');
    const page = await (await later.getConversationBySid(conversation.sid)).getMessages(1);
    expect(await page.items[0]?.getChannelMetadata()).toMatchObject(metadata);
    await later.shutdown();
    await stop();
  });

  test('to whom messages go as e-mail', async () => {
    const { alice, conversation, rest, stop } = await setUp();
    const message = await sent(alice, conversation, 'to nobody yet');
    expect(await message.getMessageRecipients()).toEqual([]);
    const add = (address: string, level: string) =>
      conversation.addNonChatParticipant('desk@example.com', address, {}, {
        email: { name: `Name of ${address}`, level },
      } as never);
    await add('ada@example.com', 'to');
    await add('ben@example.com', 'cc');
    expect(await message.getMessageRecipients()).toMatchObject([
      {
        type: 'email',
        messageSid: message.sid,
        level: 'to',
        address: 'ada@example.com',
        name: 'Name of ada@example.com',
      },
      { type: 'email', messageSid: message.sid, level: 'cc', address: 'ben@example.com' },
    ]);
    const { body: answer } = await rest('/Messages', { Author: 'ben@example.com', Body: 'an answer' });
    const page = await conversation.getMessageRecipients({ pageSize: 2 });
    expect(page.items.map(({ messageSid }) => messageSid)).toEqual([message.sid, message.sid]);
    const next = await page.nextPage();
    expect(next.items).toMatchObject([
      { messageSid: answer.sid, level: 'to' },
      { messageSid: answer.sid, level: 'from' },
    ]);
    expect(next.hasNextPage).toBe(false);
    expect((await next.prevPage()).items).toEqual(page.items);
    await stop();
  });
});
