import { expect } from 'vitest';
import type { Message } from '../../support/sdk.ts';
import { eventually, heard, heardReason } from '../heard.ts';
import { participantOf } from '../stage.ts';
import type { Case } from './case.ts';

/** Messages of a conversation and how far they are read: methods of Conversation. */
export const messageMethods: Record<string, Case> = {
  async sendMessage({ room }) {
    const { sid, alices, bobs } = await room();
    const came = heard<Message>(bobs, 'messageAdded');
    const moved = heardReason(bobs, 'updated', 'lastMessage');
    expect(await alices.sendMessage('grüße 🌱', { mood: 'good' }, { subject: 'Hello' })).toBe(0);
    const message = await came;
    expect(message).toMatchObject({
      sid: expect.stringMatching(/^IM/),
      index: 0,
      author: 'alice',
      body: 'grüße 🌱',
      attributes: { mood: 'good' },
      subject: 'Hello',
      type: 'text',
      participantSid: (await participantOf(bobs, 'alice')).sid,
    });
    expect(message.conversation.sid).toBe(sid);
    expect(message.dateUpdated).toEqual(message.dateCreated);
    expect((await moved).updateReasons).toEqual(['lastMessage']);
    expect(bobs.lastMessage).toEqual({ index: 0, dateCreated: message.dateCreated });
    expect(await bobs.sendMessage('back')).toBe(1);
  },

  async prepareMessage({ room, sdk }) {
    const { alices } = await room();
    const builder = alices.prepareMessage();
    expect(builder).toBeInstanceOf(sdk.library.MessageBuilder);
    expect(alices.prepareMessage()).not.toBe(builder);
  },

  async getMessages({ room }) {
    const { alices, bobs } = await room();
    for (const n of range(0, 24)) await alices.sendMessage(`message ${n}`);
    const indexes = ({ items }: { items: Message[] }) => items.map(({ index }) => index);
    const last = await bobs.getMessages(10);
    expect(indexes(last)).toEqual(range(15, 24));
    expect([last.hasPrevPage, last.hasNextPage]).toEqual([true, false]);
    const middle = await last.prevPage();
    expect(indexes(middle)).toEqual(range(5, 14));
    expect([middle.hasPrevPage, middle.hasNextPage]).toEqual([true, true]);
    const first = await middle.prevPage();
    expect([indexes(first), first.hasPrevPage]).toEqual([range(0, 4), false]);
    expect(indexes(await first.nextPage()).slice(0, 5)).toEqual(range(5, 9));

    const onwards = await bobs.getMessages(10, 12, 'forward');
    expect([indexes(onwards), onwards.hasNextPage]).toEqual([range(12, 21), true]);
    const end = await onwards.nextPage();
    expect([indexes(end), end.hasNextPage]).toEqual([range(22, 24), false]);
    expect(indexes(await bobs.getMessages(5, 12, 'backwards'))).toEqual(range(8, 12));
    expect(onwards.items.map(({ body }) => body)).toEqual(range(12, 21).map((n) => `message ${n}`));
  },

  async getMessagesCount({ room }) {
    const { alices, bobs } = await room();
    expect(await bobs.getMessagesCount()).toBe(0);
    for (const n of range(1, 3)) await alices.sendMessage(`message ${n}`);
    // Counts are remembered for half a second (protocol 12).
    await eventually(() => bobs.getMessagesCount(), 3);
  },

  async getUnreadMessagesCount({ room }) {
    const { alices, bobs } = await room();
    for (const n of range(0, 4)) await alices.sendMessage(`message ${n}`);
    expect(await bobs.getUnreadMessagesCount()).toBeNull();
    await bobs.updateLastReadMessageIndex(1);
    await eventually(() => bobs.getUnreadMessagesCount(), 3);
    await alices.sendMessage('another');
    await eventually(() => bobs.getUnreadMessagesCount(), 4);
  },

  async advanceLastReadMessageIndex({ room }) {
    const { alices, bobs } = await room();
    for (const n of range(0, 2)) await alices.sendMessage(`message ${n}`);
    const told = heardReason(bobs, 'updated', 'lastReadMessageIndex');
    const seen = heardReason(alices, 'participantUpdated', 'lastReadMessageIndex');
    expect(await bobs.advanceLastReadMessageIndex(1)).toBe(1);
    expect((await told).updateReasons).toEqual(['lastReadMessageIndex']);
    expect((await seen).updateReasons).toEqual(['lastReadMessageIndex', 'lastReadTimestamp']);
    // It only goes forward.
    expect(await bobs.advanceLastReadMessageIndex(0)).toBe(1);
    expect(bobs.lastReadMessageIndex).toBe(1);
    const { lastReadMessageIndex, lastReadTimestamp } = await participantOf(alices, 'bob');
    expect([lastReadMessageIndex, lastReadTimestamp]).toEqual([1, expect.any(Date)]);
  },

  async updateLastReadMessageIndex({ room }) {
    const { alices, bobs } = await room();
    for (const n of range(0, 2)) await alices.sendMessage(`message ${n}`);
    expect(await bobs.updateLastReadMessageIndex(2)).toBe(0);
    await eventually(() => bobs.lastReadMessageIndex, 2);
    // It goes back as well.
    const told = heardReason(bobs, 'updated', 'lastReadMessageIndex');
    expect(await bobs.updateLastReadMessageIndex(0)).toBe(2);
    await told;
    expect(bobs.lastReadMessageIndex).toBe(0);
  },

  async setAllMessagesRead({ room }) {
    const { alices, bobs } = await room();
    for (const n of range(0, 2)) await alices.sendMessage(`message ${n}`);
    const told = heardReason(bobs, 'updated', 'lastReadMessageIndex');
    expect(await bobs.setAllMessagesRead()).toBe(0);
    await told;
    expect(bobs.lastReadMessageIndex).toBe(2);
  },

  async setAllMessagesUnread({ room }) {
    const { alices, bobs } = await room();
    for (const n of range(0, 2)) await alices.sendMessage(`message ${n}`);
    // Both know of it before it changes again: what is not yet written to a socket is merged.
    const read = heardReason(alices, 'participantUpdated', 'lastReadMessageIndex');
    await bobs.setAllMessagesRead();
    await read;
    await eventually(() => bobs.lastReadMessageIndex, 2);
    const told = heardReason(bobs, 'updated', 'lastReadMessageIndex');
    const seen = heardReason(alices, 'participantUpdated', 'lastReadMessageIndex');
    await bobs.setAllMessagesUnread();
    await Promise.all([told, seen]);
    expect(bobs.lastReadMessageIndex).toBeNull();
    expect((await participantOf(alices, 'bob')).lastReadMessageIndex).toBeNull();
    await eventually(() => bobs.getUnreadMessagesCount(), null);
  },
};

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
