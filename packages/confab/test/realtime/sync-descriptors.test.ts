import { expect, test } from 'vitest';
import { fieldsOf, textAt } from '../support/raw-frames.ts';
import { CLIENT, startTestServer } from './support.ts';

const server = await startTestServer();
const SERVICE = `/v3/Services/${server.chatServiceSid}`;
const conversation = await server.conversation('alice');
await conversation.send('one');
const alice = await server.login('alice');

test('a descriptor has the fields of its kind, under SID, name and service', async () => {
  const { body } = await alice.request('GET', `${CLIENT}/Configuration`);
  const info = textAt(body, 'sync_objects', 'my_user_info');
  const mine = textAt(body, 'sync_objects', 'my_conversations');
  const describe_ = async (path: string, params = {}) =>
    fieldsOf((await alice.request('GET', path, undefined, params)).body);
  const { sid, channel, messages, roster } = conversation;
  const cases: [string, string, string, string][] = [
    ['Documents', channel, `${sid}.channel`, 'ET'],
    ['Lists', messages, `${sid}.messages`, 'ES'],
    ['Maps', roster, `${sid}.roster`, 'MP'],
    ['Maps', `MU${info.slice(2, 34)}`, info, 'MU'],
    ['Maps', `MC${mine.slice(2, 34)}`, mine, 'MC'],
  ];
  for (const [kind, objectSid, name, prefix] of cases) {
    const descriptor = await describe_(`/v3/${kind}/${objectSid}`);
    const url = `https://cds.us1.twilio.com${SERVICE}/${kind}/${objectSid}`;
    expect(descriptor).toMatchObject({
      sid: expect.stringMatching(`^${prefix}[0-9a-f]{32}$`),
      unique_name: name,
      url,
      links: kind === 'Documents' ? {} : { items: `${url}/Items` },
      revision: Number(descriptor.last_event_id).toString(16),
      last_event_id: expect.any(Number),
      date_created: expect.stringMatching(/Z$/),
      date_updated: expect.stringMatching(/Z$/),
      date_expires: null,
    });
    expect('data' in descriptor).toBe(kind === 'Documents');
    expect('items' in descriptor).toBe(false);
    for (const other of [`/v3/${kind}/${encodeURIComponent(name)}`, `${SERVICE}/${kind}/${objectSid}`]) {
      expect(await describe_(other)).toEqual(descriptor);
    }
    const elsewhere = `/v3/Services/IS${'0'.repeat(31)}9/${kind}/${objectSid}`;
    expect((await alice.request('GET', elsewhere)).status).toBe(404);
  }
  expect(await describe_(`/v3/Maps/${info}`, { Include: 'items' })).toMatchObject({
    items: [{ key: 'attributes', data: { value: '{}' } }, { key: 'friendlyName' }],
  });
});

test('nothing is written through Sync', async () => {
  for (const [method, path] of [
    ['POST', '/v3/Documents'],
    ['POST', `/v3/Documents/${conversation.channel}`],
    ['DELETE', `/v3/Lists/${conversation.messages}`],
    ['POST', `${SERVICE}/Lists/${conversation.messages}/Items`],
    ['POST', `${SERVICE}/Lists/${conversation.messages}/Items/0`],
    ['DELETE', `${SERVICE}/Lists/${conversation.messages}/Items/0`],
    ['PUT', `${SERVICE}/Maps/${conversation.roster}/Items/x`],
  ] as const) {
    expect((await alice.request(method, path, { data: {} })).status).toBe(404);
  }
});

test('what has a NUL character in its name does not exist', async () => {
  for (const path of [
    `${CLIENT}/Conversations/%00`,
    `${CLIENT}/Users/%00`,
    `${CLIENT}/MyConversations/\0`,
    `${CLIENT}/Conversations/${conversation.sid}/Messages/%00`,
    `/v3/Lists/ES%00`,
  ]) {
    expect((await alice.request('GET', path)).status).toBe(404);
  }
});
