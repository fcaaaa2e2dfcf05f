import { expect } from 'vitest';
import type { Conversation, Message } from '../../support/sdk.ts';
import { eventually } from '../heard.ts';
import { type Room, type Stage, sentBy } from '../stage.ts';
import type { Case } from './case.ts';

/** What gateways tell of a message: methods of Message. */
export const detailMethods: Record<string, Case> = {
  async getDetailedDeliveryReceipts(stage) {
    const room = await stage.room();
    const phone = await room.alices.addNonChatParticipant('+15005550010', '+15005550011');
    const message = await sentBy(room.alices, room.bobs, 'by SMS');
    await report(stage, message, { Participant: phone.sid, Status: 'undelivered', ErrorCode: '30003' });
    await eventually(() => message.aggregatedDeliveryReceipt?.undelivered, 'all');
    expect(message.aggregatedDeliveryReceipt).toMatchObject({ total: 1, sent: 'all', delivered: 'none', read: 'none' });
    const receipts = await message.getDetailedDeliveryReceipts();
    const ofPhone = receipts.filter(({ participantSid }) => participantSid === phone.sid);
    expect(ofPhone).toMatchObject([
      {
        sid: expect.stringMatching(/^DY/),
        messageSid: message.sid,
        conversationSid: room.sid,
        status: 'undelivered',
        errorCode: 30003,
      },
    ]);
  },

  async getChannelMetadata(stage) {
    const { connect, extension } = stage;
    const { sid, alices, bobs } = await stage.room();
    const message = await sentBy(alices, bobs, 'by WhatsApp');
    expect(await message.getChannelMetadata()).toBeNull();
    const path = `Services/${stage.confab.chatServiceSid}/Conversations/${sid}/Messages/${message.sid}/ChannelMetadata`;
    await extension('POST', path, { Type: 'whatsapp', Data: '{"profile":"Ada"}' });
    // The SDK asks for it only when the message said so as it was first seen (protocol 8.5).
    await alices.add('reads channel metadata');
    const later = await (await connect('reads channel metadata')).getConversationBySid(sid);
    const [seen] = (await later.getMessages(1)).items;
    expect(await seen?.getChannelMetadata()).toMatchObject({ type: 'whatsapp', data: { profile: 'Ada' } });
  },

  async getMessageRecipients({ room }) {
    const { alices, bobs } = await room();
    await addMail(alices, 'message-ada@example.com', 'to');
    await addMail(alices, 'message-ben@example.com', 'cc');
    const message = await sentBy(alices, bobs, 'by e-mail');
    expect(await message.getMessageRecipients()).toMatchObject([
      { type: 'email', messageSid: message.sid, level: 'to', address: 'message-ada@example.com', name: 'Somebody' },
      { type: 'email', messageSid: message.sid, level: 'cc', address: 'message-ben@example.com', name: 'Somebody' },
    ]);
  },
};

/** `Conversation.getMessageRecipients()`. */
export const recipientMethods: Record<string, Case> = {
  async getMessageRecipients({ room }) {
    const { page, sids } = await threeMails(await room(), 'conversation@example.com', 10);
    expect(page.items).toMatchObject(
      sids.map((messageSid) => ({ type: 'email', level: 'to', address: 'conversation@example.com', messageSid })),
    );
    expect([page.hasNextPage, page.hasPrevPage]).toEqual([false, false]);
  },
};

/** Pages over REST, which the recipients of a conversation come in. */
export const paginatorMethods: Record<string, Case> = {
  async nextPage({ room, sdk }) {
    const { page, sids } = await threeMails(await room(), 'next@example.com', 2);
    expect(page).toBeInstanceOf(sdk.library.RestPaginator);
    expect([sidsOf(page), page.hasNextPage, page.hasPrevPage]).toEqual([sids.slice(0, 2), true, false]);
    const next = await page.nextPage();
    expect([sidsOf(next), next.hasNextPage, next.hasPrevPage]).toEqual([sids.slice(2), false, true]);
  },

  async prevPage({ room }) {
    const { page, sids } = await threeMails(await room(), 'previous@example.com', 2);
    const back = await (await page.nextPage()).prevPage();
    expect([sidsOf(back), back.hasNextPage, back.hasPrevPage]).toEqual([sids.slice(0, 2), true, false]);
  },
};

type RecipientPage = Awaited<ReturnType<Conversation['getMessageRecipients']>>;

/** Three messages that go to an address, and the first page of recipients: pages are of so many messages. */
async function threeMails({ alices, bobs }: Room, address: string, pageSize: number) {
  await addMail(alices, address, 'to');
  const sids: string[] = [];
  for (const body of ['one', 'two', 'three']) sids.push((await sentBy(alices, bobs, body)).sid);
  const page: RecipientPage = await alices.getMessageRecipients({ pageSize });
  return { page, sids };
}

function sidsOf({ items }: RecipientPage): string[] {
  return items.map(({ messageSid }) => messageSid);
}

async function addMail(conversation: Conversation, address: string, level: 'to' | 'cc'): Promise<void> {
  const email = { name: 'Somebody', address, level };
  await conversation.addNonChatParticipant('desk@example.com', address, {}, { email });
}

async function report({ extension, confab }: Stage, message: Message, form: Record<string, string>): Promise<void> {
  const conversation = `Services/${confab.chatServiceSid}/Conversations/${message.conversation.sid}`;
  await extension('POST', `${conversation}/Messages/${message.sid}/Receipts`, form);
}
