import { beforeAll, expect, it } from 'vitest';
import { onEveryEngine, type RestServer } from './support/rest-server.ts';

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  /** A conversation of these participants, and their SIDs by identity. */
  async function room(...identities: string[]) {
    const { sid } = await server.client.conversations.v1.conversations.create();
    const remote = server.client.conversations.v1.conversations(sid);
    const sids: Record<string, string> = {};
    for (const identity of identities) sids[identity] = (await remote.participants.create({ identity })).sid;
    return { sid, remote, sids };
  }

  it('a message has a receipt for each participant but its author, with the status that their horizon tells', async () => {
    const { sid, remote, sids } = await room('ada', 'bob', 'cleo');
    const made = await remote.messages.create({ body: 'first', author: 'ada' });
    await remote.messages.create({ body: 'second', author: 'ada' });
    await remote.participants('bob').update({ lastReadMessageIndex: 0 });
    const { deliveryReceipts } = remote.messages(made.sid);
    const receipts = await deliveryReceipts.list();
    expect(receipts).toMatchObject([
      { participantSid: sids.bob, status: 'read' },
      { participantSid: sids.cleo, status: 'sent' },
    ]);
    for (const base of ['/v1', `/v1/Services/${server.chatServiceSid}`]) {
      const path = `${base}/Conversations/${sid}/Messages/${made.sid}/Receipts`;
      const [first] = receipts;
      expect(await server.sendAs(`${path}/${first?.sid}`)).toMatchObject({
        status: 200,
        json: {
          sid: first?.sid,
          account_sid: server.accountSid,
          conversation_sid: sid,
          message_sid: made.sid,
          channel_message_sid: null,
          participant_sid: sids.bob,
          status: 'read',
          error_code: 0,
          url: `${server.url}${path}/${first?.sid}`,
        },
      });
      expect(await server.sendAs(`${path}/DY${'0'.repeat(32)}`)).toMatchObject({ status: 404, json: { code: 20404 } });
    }
    expect(await server.sendAs(`/v1/Conversations/${sid}/Messages/IM${'0'.repeat(32)}/Receipts`)).toMatchObject({
      status: 404,
    });
  });

  it('receipts keep their SIDs while their status changes, and differ from message to message', async () => {
    const { remote } = await room('ada', 'bob');
    const messages = [await remote.messages.create({ body: 'x' }), await remote.messages.create({ body: 'x' })];
    const sidsOf = async () =>
      (await Promise.all(messages.map(({ sid }) => remote.messages(sid).deliveryReceipts.list()))).flatMap((list) =>
        list.map(({ sid }) => sid),
      );
    const before = await sidsOf();
    await remote.participants('ada').update({ lastReadMessageIndex: 1 });
    expect(await sidsOf()).toEqual(before);
    expect(new Set(before).size).toBe(4);
  });

  it('pages through them', async () => {
    const { remote } = await room('a', 'b', 'c', 'd', 'e');
    const { sid } = await remote.messages.create({ body: 'x', author: 'c' });
    const all = await remote.messages(sid).deliveryReceipts.list({ pageSize: 2 });
    expect(all.map(({ participantSid }) => participantSid)).toHaveLength(4);
    const page = await remote.messages(sid).deliveryReceipts.page({ pageSize: 100 });
    expect(page.instances).toHaveLength(4);
  });

  it('a message tells how many it reached', async () => {
    const { remote } = await room('ada', 'bob', 'cleo');
    const texts = ['one', 'two', 'three'];
    const made: string[] = [];
    for (const body of texts) made.push((await remote.messages.create({ body, author: 'ada' })).sid);
    const [, second = ''] = made;
    await server.store.write(async ({ db }) => {
      await db
        .updateTable('participants')
        .set({ last_delivered_message_index: 1 })
        .where('identity', '=', 'cleo')
        .execute();
    });
    await remote.participants('bob').update({ lastReadMessageIndex: 0 });
    const summary = (delivered: string, read: string) => ({
      total: 2,
      sent: 'all',
      delivered,
      read,
      failed: 'none',
      undelivered: 'none',
    });
    const expected = [summary('all', 'some'), summary('some', 'none'), summary('none', 'none')];
    expect((await remote.messages.list()).map(({ delivery }) => delivery)).toEqual(expected);
    expect((await remote.messages(second).fetch()).delivery).toEqual(expected[1]);
    // What the author has read is nobody's receipt.
    await remote.participants('ada').update({ lastReadMessageIndex: 2 });
    expect((await remote.messages(second).fetch()).delivery).toEqual(expected[1]);
    await remote.participants('cleo').update({ lastReadMessageIndex: 2 });
    await remote.participants('bob').update({ lastReadMessageIndex: 2 });
    expect((await remote.messages(second).fetch()).delivery).toEqual(summary('all', 'all'));
  });

  it('nobody to reach, no summary; participants outside chat get nothing, and so have no receipts', async () => {
    const { remote } = await room('ada');
    const { sid } = await remote.messages.create({ body: 'x', author: 'ada' });
    await remote.participants.create({
      'messagingBinding.address': '+15005550001',
      'messagingBinding.proxyAddress': '+15005550002',
    });
    expect((await remote.messages(sid).fetch()).delivery).toBeNull();
    expect(await remote.messages(sid).deliveryReceipts.list()).toEqual([]);
  });
});
