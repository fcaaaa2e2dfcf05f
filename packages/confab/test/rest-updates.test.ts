import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { onEveryEngine, type RestServer } from './support/rest-server.ts';

const UNKNOWN = '00000000000000000000000000000000';

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  const refused = (parameter: string) => ({ status: 400, json: { code: 20001, details: { parameter } } });
  const forms = () => ['/v1', `/v1/Services/${server.chatServiceSid}`];

  describe('a conversation', () => {
    it('is changed with the official helper, by SID or unique name, and keeps what is not given', async () => {
      const { conversations } = server.client.conversations.v1;
      const { sid } = await conversations.create({ friendlyName: 'Old', uniqueName: 'old', attributes: '{"a":1}' });
      expect(await conversations('old').update({ friendlyName: 'New' })).toMatchObject({
        sid,
        friendlyName: 'New',
        uniqueName: 'old',
        attributes: '{"a":1}',
      });
      expect(await conversations(sid).update({ uniqueName: 'new', attributes: '{ "b": 2 }' })).toMatchObject({
        friendlyName: 'New',
        uniqueName: 'new',
        attributes: '{ "b": 2 }',
      });
      expect((await conversations('new').fetch()).toJSON()).toMatchObject({ sid, attributes: '{ "b": 2 }' });
      await expect(conversations('old').fetch()).rejects.toMatchObject({ status: 404 });
      expect(await conversations(sid).update({ friendlyName: '', uniqueName: '' })).toMatchObject({
        friendlyName: null,
        uniqueName: null,
      });
    });

    it('is answered in the form that it was asked in', async () => {
      const { sid } = await server.client.conversations.v1.conversations.create();
      for (const base of forms()) {
        const answer = await server.sendAs(`${base}/Conversations/${sid}`, { form: { FriendlyName: base } });
        expect(answer).toMatchObject({
          status: 200,
          json: { friendly_name: base, url: `${server.url}${base}/Conversations/${sid}` },
        });
      }
    });

    it('refuses what cannot be, and changes nothing then', async () => {
      const { conversations } = server.client.conversations.v1;
      await conversations.create({ uniqueName: 'taken' });
      const { sid } = await conversations.create({ friendlyName: 'Stays' });
      await expect(conversations(sid).update({ friendlyName: 'x', uniqueName: 'taken' })).rejects.toMatchObject({
        status: 409,
        code: 50353,
      });
      await expect(conversations(sid).update({ friendlyName: 'x', attributes: '{' })).rejects.toMatchObject({
        status: 400,
        code: 50304,
      });
      for (const name of ['DateCreated', 'DateUpdated', 'MessagingServiceSid']) {
        const form = { FriendlyName: 'x', [name]: 'closed' };
        expect(await server.sendAs(`/v1/Conversations/${sid}`, { form })).toMatchObject(refused(name));
      }
      expect((await conversations(sid).fetch()).friendlyName).toBe('Stays');
      await expect(conversations(`CH${UNKNOWN}`).update({})).rejects.toMatchObject({ status: 404, code: 20404 });
    });
  });

  describe('a message', () => {
    it('is edited and removed with the official helper; its index is not used again', async () => {
      const { sid } = await server.client.conversations.v1.conversations.create();
      const { messages } = server.client.conversations.v1.conversations(sid);
      await messages.create({ body: 'first' });
      const { sid: second } = await messages.create({ body: 'second', author: 'ada', attributes: '{"a":1}' });
      expect(await messages(second).update({ body: 'edited ✏️' })).toMatchObject({
        index: 1,
        author: 'ada',
        body: 'edited ✏️',
        attributes: '{"a":1}',
      });
      expect(await messages(second).update({ attributes: '{}' })).toMatchObject({ body: 'edited ✏️', attributes: '{}' });
      expect((await messages(second).fetch()).body).toBe('edited ✏️');

      expect(await messages(second).remove()).toBe(true);
      const gone = messages(second);
      for (const ask of [() => gone.fetch(), () => gone.update({ body: 'x' }), () => gone.remove()]) {
        await expect(ask()).rejects.toMatchObject({ status: 404, code: 20404 });
      }
      expect((await messages.create({ body: 'third' })).index).toBe(2);
      expect((await messages.list()).map(({ index }) => index)).toEqual([0, 2]);
    });

    it('refuses what cannot be, and changes nothing then', async () => {
      const { sid } = await server.client.conversations.v1.conversations.create();
      const { sid: other } = await server.client.conversations.v1.conversations.create();
      const { sid: message } = await server.client.conversations.v1
        .conversations(sid)
        .messages.create({ body: 'stays' });
      for (const base of forms()) {
        const path = `${base}/Conversations/${sid}/Messages/${message}`;
        const post = (form: Record<string, string>) => server.sendAs(path, { form: { Body: 'x', ...form } });
        expect(await post({ Body: '' })).toMatchObject({ status: 400, json: { code: 50503 } });
        expect(await post({ Body: 'é'.repeat(16 * 1024 + 1) })).toMatchObject({ status: 400, json: { code: 50504 } });
        expect(await post({ Attributes: '[' })).toMatchObject({ status: 400, json: { code: 50304 } });
        for (const name of ['DateCreated', 'DateUpdated']) {
          expect(await post({ [name]: 'x' })).toMatchObject(refused(name));
        }
        for (const name of ['Author', 'Subject']) {
          expect(await post({ [name]: 'x'.repeat(257) })).toMatchObject({ status: 400, json: { code: 20001 } });
        }
        expect(await server.sendAs(path)).toMatchObject({
          status: 200,
          json: { body: 'stays', url: server.url + path },
        });
        const elsewhere = `${base}/Conversations/${other}/Messages/${message}`;
        expect(await server.sendAs(elsewhere, { form: { Body: 'x' } })).toMatchObject({ status: 404 });
        expect(await server.sendAs(elsewhere, { method: 'DELETE' })).toMatchObject({ status: 404 });
      }
    });
  });

  describe('a participant', () => {
    it('gets attributes, a role and a read horizon with the official helper', async () => {
      const { sid } = await server.client.conversations.v1.conversations.create();
      const { messages, participants } = server.client.conversations.v1.conversations(sid);
      for (const body of ['0', '1', '2']) await messages.create({ body });
      const ada = await participants.create({ identity: 'ada' });
      const admin = await roleNamed('channel admin');

      expect(await participants(ada.sid).update({ attributes: '{ "seat": 1 }' })).toMatchObject({
        attributes: '{ "seat": 1 }',
        roleSid: ada.roleSid,
        lastReadMessageIndex: null,
      });
      expect(await participants('ada').update({ roleSid: admin })).toMatchObject({
        attributes: '{ "seat": 1 }',
        roleSid: admin,
      });
      const read = await participants('ada').update({ lastReadMessageIndex: 1 });
      expect(read).toMatchObject({ attributes: '{ "seat": 1 }', roleSid: admin, lastReadMessageIndex: 1 });
      expect(Date.parse(read.lastReadTimestamp)).not.toBeNaN();
      // All at once; an index beyond the last message is taken for the last one.
      const all = { attributes: '{}', roleSid: ada.roleSid, lastReadMessageIndex: 9 };
      expect(await participants('ada').update(all)).toMatchObject({ ...all, lastReadMessageIndex: 2 });
      expect((await participants('ada').fetch()).toJSON()).toMatchObject({ ...all, lastReadMessageIndex: 2 });

      const path = `/v1/Conversations/${sid}/Participants/ada`;
      expect(await server.sendAs(path, { form: { LastReadMessageIndex: '' } })).toMatchObject({
        status: 200,
        json: { last_read_message_index: null },
      });
    });

    it('refuses what cannot be, and changes nothing then', async () => {
      const { sid } = await server.client.conversations.v1.conversations.create();
      const { participants } = server.client.conversations.v1.conversations(sid);
      await participants.create({ identity: 'ada' });
      const serviceRole = await roleNamed('service user');
      for (const base of forms()) {
        const path = `${base}/Conversations/${sid}/Participants/ada`;
        const before = await server.sendAs(path);
        const post = (form: Record<string, string>) =>
          server.sendAs(path, { form: { Attributes: '{"x":1}', LastReadMessageIndex: '0', ...form } });
        expect(await post({ Attributes: '{' })).toMatchObject({ status: 400, json: { code: 50304 } });
        expect(await post({ RoleSid: 'RL1' })).toMatchObject(refused('RoleSid'));
        expect(await post({ RoleSid: `RL${UNKNOWN}` })).toMatchObject({ status: 404, json: { code: 50109 } });
        expect(await post({ RoleSid: serviceRole })).toMatchObject({ status: 400, json: { code: 50105 } });
        for (const index of ['-1', '1.5', 'x']) {
          expect(await post({ LastReadMessageIndex: index })).toMatchObject(refused('LastReadMessageIndex'));
        }
        for (const name of ['LastReadTimestamp', 'DateCreated', 'DateUpdated']) {
          expect(await post({ [name]: 'x' })).toMatchObject(refused(name));
        }
        expect(await server.sendAs(path)).toMatchObject({ status: 200, json: before.json });
      }
      await expect(participants('nobody').update({ attributes: '{}' })).rejects.toMatchObject({
        status: 404,
        code: 20404,
      });
    });
  });

  describe('a service', () => {
    it('is deleted with the official helper, and all in it is gone', async () => {
      const { services } = server.client.conversations.v1;
      const { sid } = await services.create({ friendlyName: 'Short-lived' });
      const conversation = await services(sid).conversations.create();
      expect(await services(sid).remove()).toBe(true);
      for (const gone of [
        () => services(sid).fetch(),
        () => services(sid).remove(),
        () => services(sid).conversations.list(),
        () => services(sid).conversations.create(),
        () => services(sid).conversations(conversation.sid).messages.create({ body: 'x' }),
        () => services(sid).users.list(),
      ]) {
        await expect(gone()).rejects.toMatchObject({ status: 404, code: 20404 });
      }
      expect((await services.list()).map((one) => one.sid)).not.toContain(sid);
    });

    it('that is the default one is refused', async () => {
      const answer = await server.sendAs(`/v1/Services/${server.chatServiceSid}`, { method: 'DELETE' });
      expect(answer).toMatchObject({ status: 400, json: { code: 20001, message: expect.stringContaining('default') } });
      expect(await server.sendAs('/v1/Conversations')).toMatchObject({ status: 200 });
    });
  });

  it('never fails by its own fault, whatever is sent', async () => {
    const { conversations, roles } = server.client.conversations.v1;
    const { sid } = await conversations.create({ uniqueName: 'fuzzed' });
    const message = await conversations(sid).messages.create({ body: 'x' });
    await conversations(sid).participants.create({ identity: 'fuzzed' });
    const [role] = await roles.list();
    const account = `/2010-04-01/Accounts/${server.accountSid}`;
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('', '\0', '{}', '0', '-1', 'null'),
    );
    const name = fc.constantFrom(
      ...[
        'Identity',
        'FriendlyName',
        'UniqueName',
        'Attributes',
        'RoleSid',
        'Body',
        'LastReadMessageIndex',
        'Permission',
      ],
      ...['AccountSid', 'ApiKeySid', 'TokenId', 'ServiceSid', 'PageSize', 'Page', 'PageToken'],
    );
    const given = fc.dictionary(name, fc.oneof(text, fc.array(text, { maxLength: 3 })), { maxKeys: 4 });
    const path = fc.oneof(
      fc.constantFrom(
        ...[
          '/v1/Conversations/fuzzed',
          `/v1/Conversations/fuzzed/Messages/${message.sid}`,
          '/v1/Users',
          '/v1/Users/fuzzed',
        ],
        ...['/v1/Conversations/fuzzed/Participants/fuzzed', `/v1/Roles/${role?.sid}`, '/v1/Roles', '/v1/Keys'],
        ...[`${account}.json`, `${account}/Keys.json`, '/confab/v1/Sessions', '/confab/v1/Sessions/End'],
      ),
      fc
        .tuple(
          fc.constantFrom('/v1/Users/', '/v1/Roles/', '/v1/Keys/', `${account}/Keys/`, '/v1/Services/'),
          text.map((one) => encodeURIComponent(one.toWellFormed())),
        )
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(path, given, async (target, fields) => {
        const query = new URLSearchParams(Object.entries(fields).map(([key, value]) => [key, String(value)]));
        for (const { status, json } of [
          await server.sendAs(`${target}?${query}`),
          await server.sendAs(target, { form: fields }),
        ]) {
          expect(status).toBeLessThan(500);
          expect(json).toBeTypeOf('object');
        }
      }),
      { numRuns: 150 },
    );
  });

  async function roleNamed(name: string): Promise<string> {
    const roles = await server.client.conversations.v1.roles.list();
    return roles.find(({ friendlyName }) => friendlyName === name)?.sid ?? `no role ${name}`;
  }
});
