import { describe, expect, test } from 'vitest';
import type { RawClient } from '../support/raw-client.ts';
import { fieldsOf, textAt } from '../support/raw-frames.ts';
import { CLIENT, type Conversation, startTestServer } from './support.ts';

const byPolicy = {
  sid: await startTestServer({ join: 'sid' }),
  creator: await startTestServer({ join: 'creator' }),
  never: await startTestServer({ join: 'never' }),
};
const server = byPolicy.sid;

/** What a client sees of anything under a conversation's SIDs. */
async function everything(
  client: RawClient,
  conversation: Pick<Conversation, 'sid' | 'messages' | 'roster'>,
  serviceSid: string,
) {
  const { sid, messages, roster } = conversation;
  const get = async (path: string) => brief(await client.request('GET', path));
  const inService = `/v3/Services/${serviceSid}`;
  const [subscribedMessages, subscribedRoster] = await client.subscribe([messages, 'list', 0], [roster, 'map', 0]);
  return {
    messages: await get(`/v3/Lists/${messages}`),
    messagesByName: await get(`/v3/Lists/${sid}.messages`),
    messagesInService: await get(`${inService}/Lists/${messages}`),
    items: await get(`${inService}/Lists/${messages}/Items`),
    oneItem: brief(await client.request('GET', `${inService}/Lists/${messages}/Items`, undefined, { Index: '0' })),
    roster: await get(`/v3/Maps/${roster}`),
    rosterByName: await get(`/v3/Maps/${sid}.roster`),
    participants: await get(`${inService}/Maps/${roster}/Items`),
    message: await get(`${CLIENT}/Conversations/${sid}/Messages/IM${'0'.repeat(32)}`),
    send: brief(await client.request('POST', `${CLIENT}/Conversations/${sid}/Messages`, { body: 'x' })),
    sendNothing: brief(await client.request('POST', `${CLIENT}/Conversations/${sid}/Messages`, { body: '' })),
    sendNonsense: brief(await client.request('POST', `${CLIENT}/Conversations/${sid}/Messages`, 'x')),
    edit: brief(await client.request('POST', `${CLIENT}/Conversations/${sid}/Messages/IM0`, { body: 'x' })),
    delete: brief(await client.request('DELETE', `${CLIENT}/Conversations/${sid}/Messages/IM0`, {})),
    rename: brief(await client.request('POST', `${CLIENT}/Conversations/${sid}`, { friendly_name: 'x' })),
    renameWrongly: brief(await client.request('POST', `${CLIENT}/Conversations/${sid}`, { attributes: '{' })),
    addOther: brief(await client.request('POST', `${CLIENT}/Conversations/${sid}/Participants`, { identity: 'eve' })),
    removeOther: brief(await client.request('DELETE', `${CLIENT}/Conversations/${sid}/Participants/alice`, {})),
    subscribedMessages: subscribedMessages?.fields.error,
    subscribedRoster: subscribedRoster?.fields.error,
  };
}

function brief({ status, body }: { status: number; body: unknown }) {
  return { status, body };
}

/** The same, about the channel document. */
async function channel(client: RawClient, sid: string) {
  const document = `ET${sid.slice(2)}`;
  const [subscribed] = await client.subscribe([document, 'document', null]);
  return {
    peek: brief(await client.request('GET', `${CLIENT}/Conversations/${sid}`)),
    document: brief(await client.request('GET', `/v3/Documents/${document}`)),
    byName: brief(await client.request('GET', `/v3/Documents/${sid}.channel`)),
    subscribed: subscribed?.fields.error,
    mine: (await client.request('GET', `${CLIENT}/MyConversations/${sid}`)).status,
  };
}

const UNKNOWN_SID = `CH${'0'.repeat(32)}`;
const unknown = { sid: UNKNOWN_SID, messages: `ES${'0'.repeat(32)}`, roster: `MP${'0'.repeat(32)}` };

/** Answers name what was asked for; two that differ in nothing else are the same. */
function withoutNames(answers: object, { sid }: { sid: string }): unknown {
  return JSON.parse(JSON.stringify(answers).replaceAll(sid.slice(2), '-'));
}

describe.each(['sid', 'creator', 'never'] as const)('join policy %s', (policy) => {
  test('who is not a participant reads and sends nothing, and cannot tell an existing SID from an unknown one', async () => {
    const here = byPolicy[policy];
    const conversation = await here.conversation('alice');
    await conversation.send('secret');
    const mallory = await here.login('mallory');

    const answers = await everything(mallory, conversation, here.chatServiceSid);
    // Who may peek knows of the conversation: what else is wrong with their request is told to them.
    const told = policy === 'sid' ? { sendNothing: {}, sendNonsense: {}, renameWrongly: {} } : {};
    expect(withoutNames({ ...answers, ...told }, conversation)).toEqual(
      withoutNames({ ...(await everything(mallory, unknown, here.chatServiceSid)), ...told }, unknown),
    );
    for (const answer of Object.values({ ...answers, ...told }))
      expect([undefined, 403, 404]).toContain(fieldsOf(answer).status);
    expect(JSON.stringify(mallory.packets)).not.toContain('secret');
    expect(here.sql('SELECT body FROM messages')).toEqual([{ body: 'secret' }]);
    expect(here.sql('SELECT identity FROM participants')).toEqual([{ identity: 'alice' }]);
    await conversation.remove('alice');
    here.sql('DELETE FROM messages');
  });
});

describe('peek and join by SID', () => {
  test('sid: whoever has the SID may look at the channel and join, never by unique name', async () => {
    const conversation = await server.conversation('alice');
    await server.rest('POST', `/v1/Conversations/${conversation.sid}`, { UniqueName: 'lobby' });
    const bob = await server.login('bob');
    expect(await channel(bob, conversation.sid)).toMatchObject({
      peek: { status: 200, body: { status: 'notParticipating' } },
      document: { status: 200 },
      byName: { status: 200 },
      subscribed: undefined,
      mine: 404,
    });
    for (const name of ['lobby', 'lobby.channel']) {
      expect((await bob.request('GET', `${CLIENT}/Conversations/${name}`)).status).toBe(403);
      expect((await bob.request('GET', `/v3/Documents/${name}`)).status).toBe(404);
      const join = await bob.request('POST', `${CLIENT}/Conversations/${name}/Participants`, { identity: 'bob' });
      expect(join.status).toBe(403);
    }
    const path = `${CLIENT}/Conversations/${conversation.sid}/Participants`;
    expect((await bob.request('POST', path, { identity: 'carol' })).status).toBe(403);
    expect((await bob.request('POST', path, { identity: 'bob' })).status).toBe(201);
    expect((await bob.request('POST', path, { identity: 'bob' })).status).toBe(409);
    expect((await bob.request('GET', `/v3/Lists/${conversation.messages}`)).status).toBe(200);
  });

  test.each(['creator', 'never'] as const)('%s: a stranger cannot tell the SID from an unknown one', async (policy) => {
    const conversation = await byPolicy[policy].conversation('alice');
    const bob = await byPolicy[policy].login('bob');
    const answers = await channel(bob, conversation.sid);
    expect(withoutNames(answers, conversation)).toEqual(withoutNames(await channel(bob, UNKNOWN_SID), unknown));
    expect(answers).toMatchObject({ peek: { status: 403 }, document: { status: 404 }, subscribed: { status: 404 } });
    const join = (sid: string) =>
      bob.request('POST', `${CLIENT}/Conversations/${sid}/Participants`, { identity: 'bob' });
    expect(brief(await join(conversation.sid))).toEqual(brief(await join(UNKNOWN_SID)));
    expect((await join(conversation.sid)).status).toBe(403);
  });

  test.each([
    ['sid', 201],
    ['creator', 201],
    ['never', 403],
  ] as const)('%s: the creator joins with %d', async (policy, status) => {
    const alice = await byPolicy[policy].login('alice');
    const sid = textAt((await alice.request('POST', `${CLIENT}/Conversations`, {})).body, 'sid');
    const join = await alice.request('POST', `${CLIENT}/Conversations/${sid}/Participants`, { identity: 'alice' });
    expect(join.status).toBe(status);
    expect((await alice.request('GET', `${CLIENT}/Conversations/${sid}`)).status).toBe(status === 201 ? 200 : 403);
  });
});

describe('what belongs to others', () => {
  test('a user sees their own map of conversations only', async () => {
    await server.conversation('dora');
    const [dora, eve] = [await server.login('dora'), await server.login('eve')];
    const { body } = await dora.request('GET', `${CLIENT}/Configuration`);
    const name = textAt(body, 'sync_objects', 'my_conversations');
    const own = await dora.request('GET', `/v3/Maps/${name}`);
    expect(own).toMatchObject({ status: 200, body: { unique_name: name } });
    const sid = textAt(own.body, 'sid');
    for (const id of [name, sid]) {
      expect((await eve.request('GET', `/v3/Maps/${id}`)).status).toBe(404);
      const items = `/v3/Services/${server.chatServiceSid}/Maps/${id}/Items`;
      expect((await eve.request('GET', items)).status).toBe(404);
      expect((await dora.request('GET', items)).status).toBe(200);
      expect((await eve.subscribe([id, 'map', 0])).map(({ type }) => type)).toEqual(['subscription_failed']);
    }
    expect(eve.events.filter(({ type }) => type.startsWith('map_'))).toEqual([]);
  });

  test('a user of another service sees nothing, not even with the same identity', async () => {
    const { body } = await server.rest('POST', '/v1/Services', { FriendlyName: 'other' });
    const chatServiceSid = textAt(body, 'sid');
    const conversation = await server.conversation('alice');
    await conversation.send('secret');
    const other = await server.login('alice', { chatServiceSid });
    for (const serviceSid of [server.chatServiceSid, chatServiceSid]) {
      const answers = await everything(other, conversation, serviceSid);
      expect(withoutNames(answers, conversation)).toEqual(
        withoutNames(await everything(other, unknown, serviceSid), unknown),
      );
    }
    expect(await channel(other, conversation.sid)).toMatchObject({ peek: { status: 403 }, document: { status: 404 } });
    const join = await other.request('POST', `${CLIENT}/Conversations/${conversation.sid}/Participants`, {
      identity: 'alice',
    });
    expect(join.status).toBe(403);
    expect(await other.request('GET', `${CLIENT}/Users/dora`)).toMatchObject({ status: 404 });
    expect(JSON.stringify(other.packets)).not.toContain('secret');
  });

  test('a request that the chat grant does not cover is refused', async () => {
    const alice = await server.login('alice');
    const http_request = { host: 'aim', path: `${CLIENT}/Configuration`, method: 'GET' };
    for (const active_grant of ['data_sync', '', 'IP_MESSAGING', undefined]) {
      const { header } = await alice.exchange({ method: 'message', active_grant, http_request });
      expect(header).toMatchObject({ status: { code: 200 }, http_status: { code: 403 } });
    }
  });
});

test('an edit of nothing needs the right to edit, and shows the message to nobody who may not read it', async () => {
  const conversation = await server.conversation('alice', 'bob');
  await conversation.send('secret');
  const [alice, bob, eve] = [await server.login('alice'), await server.login('bob'), await server.login('eve')];
  const send = await alice.request('POST', `${CLIENT}/Conversations/${conversation.sid}/Messages`, { body: 'x' });
  const message = `${CLIENT}/Conversations/${conversation.sid}/Messages/${fieldsOf(send.body).sid}`;
  expect((await eve.request('POST', message, {})).status).not.toBe(200);
  expect((await bob.request('POST', message, {})).status).toBe(403);
  expect((await alice.request('POST', message, {})).status).toBe(200);
});
