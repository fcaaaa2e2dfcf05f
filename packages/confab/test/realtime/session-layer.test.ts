import { describe, expect, test } from 'vitest';
import type { RawClient } from '../support/raw-client.ts';
import { fieldsOf, textAt } from '../support/raw-frames.ts';
import { range, startTestServer } from './support.ts';

const server = await startTestServer();

/** What SDK 1.2 asks for (protocol 16.3). */
const SESSION = { purpose: 'com.twilio.rtd.ipmsg', context: { type: 'IpMsgSession', apiVersion: '4' } };

async function makeList(client: RawClient): Promise<{ sid: string; items: string; context: string }> {
  const { status, body } = await client.request('POST', '/v3/Lists', SESSION);
  expect(status).toBe(201);
  const links = fieldsOf(fieldsOf(body).links);
  return {
    sid: textAt(body, 'sid'),
    items: new URL(textAt(links, 'items')).pathname,
    context: new URL(textAt(links, 'context')).pathname,
  };
}

function command(request: object): object {
  return { data: { commandId: 'one', request } };
}

/** The answer that came for the last command. */
function lastAnswer(client: RawClient): unknown {
  const updates = client.events.filter(({ type }) => type === 'list_item_updated');
  return fieldsOf(updates.at(-1)?.fields.item_data).response;
}

describe('sessions of the first SDK', () => {
  test('the context comes as an event that is newer than the list', async () => {
    const alice = await server.login('alice');
    const list = await makeList(alice);
    const got = await alice.request('GET', list.context);
    await alice.subscribe([list.sid, 'list', 0]);
    const event = alice.events.find(({ type }) => type === 'list_context_updated');
    expect(fieldsOf(got.body).data).toEqual(event?.fields.context_data);
    expect(event?.fields.context_data).toMatchObject({ identity: 'alice', links: { typingUrl: '/v1/typing' } });
    expect(Number(event?.fields.id)).toBeGreaterThan(Number(fieldsOf(got.body).last_event_id));
  });

  test('a list is its own connection’s, and clients make no other', async () => {
    const [alice, again] = [await server.login('alice'), await server.login('alice')];
    const list = await makeList(alice);
    expect(await again.request('GET', list.context)).toMatchObject({ status: 404, body: { code: 54150 } });
    expect(await again.request('POST', list.items, command({ action: 'createConversation' }))).toMatchObject({
      status: 404,
      body: { code: 54150 },
    });
    const [failed] = await again.subscribe([list.sid, 'list', 0]);
    expect(failed).toMatchObject({ type: 'subscription_failed', fields: { error: { status: 404, code: 54150 } } });
    for (const body of [{}, { purpose: SESSION.purpose }, { ...SESSION, context: { type: 'Other' } }]) {
      const { status } = await alice.request('POST', '/v3/Lists', body);
      expect([400, 403]).toContain(status);
    }
    const conversation = await server.conversation('alice');
    const messages = list.items.replace(list.sid, conversation.messages);
    expect((await alice.request('POST', messages, command({ action: 'createConversation' }))).status).toBe(404);
  });

  test('commands do what the same client may do, and no more', async () => {
    const conversation = await server.conversation('bob');
    await conversation.send('hello');
    const alice = await server.login('alice');
    const list = await makeList(alice);
    await alice.subscribe([list.sid, 'list', 0]);
    const channelSid = conversation.sid;
    const answers: unknown[] = [];
    for (const request of [
      { action: 'sendMessage', channelSid, text: 'let me in' },
      { action: 'editMessage', channelSid, messageIdx: '0', text: 'mine' },
      { action: 'deleteMessage', channelSid, messageIdx: 0 },
      { action: 'addMemberV2', channelSid, username: 'carol' },
      { action: 'removeMember', channelSid, username: 'bob' },
      { action: 'destroyChannel', channelSid },
      { action: 'editUserFriendlyName', username: 'bob', friendlyName: 'Alice’s' },
      { action: 'editUniqueName', channelSid, uniqueName: 'mine' },
    ]) {
      expect((await alice.request('POST', list.items, command(request))).status).toBe(201);
      answers.push(fieldsOf(lastAnswer(alice)).status);
    }
    expect(answers).toEqual(Array(8).fill(403));
    const report = [{ channelSid, messageIdx: 0 }];
    await alice.request('POST', list.items, command({ action: 'consumptionReportV2', report }));
    expect(lastAnswer(alice)).toEqual({ status: 200, statusText: 'OK', report: [] });
  });

  test('what is no command is refused, and what names nothing changes nothing', async () => {
    const alice = await server.login('alice');
    const conversation = await server.conversation('alice');
    const list = await makeList(alice);
    await alice.subscribe([list.sid, 'list', 0]);
    for (const body of [
      {},
      { data: {} },
      { data: { commandId: 'x'.repeat(200), request: {} } },
      { data: { commandId: 'x' } },
    ]) {
      expect((await alice.request('POST', list.items, body)).status).toBe(400);
    }
    const channelSid = conversation.sid;
    for (const request of [
      {},
      { action: 'constructor' },
      { action: 'sendMessage' },
      { action: 'destroyChannel', channelSid: '' },
      { action: 'destroyChannel', channelSid: `${channelSid}/Participants` },
      { action: 'destroyChannel', channelSid: '..' },
      { action: 'removeMember', channelSid, username: '\ud800' },
      { action: 'deleteMessage', channelSid, messageIdx: 7 },
      { action: 'deleteMessage', channelSid, messageIdx: -1 },
      { action: 'consumptionReportV2', report: [null] },
      { action: 'consumptionReportV2', report: Array(1001).fill({ channelSid, messageIdx: 0 }) },
    ]) {
      expect((await alice.request('POST', list.items, command(request))).status).toBe(201);
      expect([400, 403, 404], JSON.stringify(request).slice(0, 100)).toContain(fieldsOf(lastAnswer(alice)).status);
    }
    expect((await server.rest('GET', `/v1/Conversations/${channelSid}`)).status).toBe(200);
  });

  test('answers wait for the subscription, but not without end', async () => {
    const alice = await server.login('alice');
    const list = await makeList(alice);
    let taken = 0;
    while ((await alice.request('POST', list.items, command({}))).status === 201) taken += 1;
    expect(taken).toBeGreaterThan(256);
    // Together with those of its other lists.
    const another = await makeList(alice);
    expect((await alice.request('POST', another.items, command({}))).status).toBe(429);
    await alice.subscribe([list.sid, 'list', 0]);
    const ids = alice.events.filter(({ type }) => type === 'list_item_updated').map(({ fields }) => Number(fields.id));
    expect(ids).toEqual(range(0, taken - 1).map((n) => 2 * n + 3));
    expect((await alice.request('POST', another.items, command({}))).status).toBe(201);
  });

  test('of many lists the oldest ends', async () => {
    const alice = await server.login('alice');
    const first = await makeList(alice);
    await alice.request('POST', first.items, command({}));
    for (const _ of range(0, 255)) await makeList(alice);
    expect((await alice.request('GET', first.context)).status).toBe(404);
    const [failed] = await alice.subscribe([first.sid, 'list', 0]);
    expect(failed?.type).toBe('subscription_failed');
  });

  test('who asks for the protocol before gets each event alone', async () => {
    const conversation = await server.conversation('alice');
    for (const n of range(0, 9)) await conversation.send(`message ${n}`);
    const [older, newer] = [await server.login('alice'), await server.login('alice')];
    const entry = { object_sid: conversation.messages, object_type: 'list', last_event_id: 0 };
    for (const [client, version] of [
      [older, 3],
      [newer, 4],
    ] as const) {
      await client.request('POST', '/v4/Subscriptions', {
        event_protocol_version: version,
        action: 'establish',
        correlation_id: 1,
        requests: [entry],
      });
      await client.until(() => client.events.some(({ type }) => type === 'subscription_established'));
    }
    const several = (client: RawClient) =>
      client.packets.filter(({ body }) => fieldsOf(body ?? {}).events !== undefined);
    expect(several(older)).toEqual([]);
    expect(several(newer).length).toBeGreaterThan(0);
    const told = (client: RawClient) => client.events.map(({ type, fields }) => [type, fields.item_index]);
    expect(told(older)).toEqual(told(newer));
  });
});
