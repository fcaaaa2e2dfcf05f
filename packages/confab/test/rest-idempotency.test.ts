import { createHash, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { expireIdempotencyKeys } from '../src/domain/index.ts';
import { type Answer, onEveryEngine, type RestServer, type SendOptions } from './support/rest-server.ts';

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  /** Sends with a key; DELETE when there is no form. */
  function sendOnce(target: string, key: string, form?: SendOptions['form'], headers = {}): Promise<Answer> {
    const options = form === undefined ? { method: 'DELETE' } : { form };
    return server.sendAs(target, { ...options, headers: { 'idempotency-key': key, ...headers } });
  }

  const isReplay = ({ headers }: Answer) => headers['idempotent-replayed'] === 'true';
  const sidOf = ({ json }: Answer) => (json as { sid: string }).sid;

  async function newConversation() {
    const remote = server.client.conversations.v1.conversations(
      (await server.client.conversations.v1.conversations.create()).sid,
    );
    const { sid } = await remote.fetch();
    return { sid, remote, path: `/v1/Conversations/${sid}/Messages` };
  }

  it('a retry makes nothing, and is answered with the resource as it is now', async () => {
    const { path, remote } = await newConversation();
    const first = await sendOnce(path, 'retry-1', { Body: 'once' });
    expect([first.status, isReplay(first)]).toEqual([201, false]);
    const second = await sendOnce(path, 'retry-1', { Body: 'once' });
    expect([second.status, isReplay(second)]).toEqual([201, true]);
    expect(second.json).toEqual(first.json);
    await remote.messages(sidOf(first)).update({ body: 'edited since' });
    const third = await sendOnce(path, 'retry-1', { Body: 'once' });
    expect(third).toMatchObject({ status: 201, json: { sid: sidOf(first), body: 'edited since' } });
    expect((await sendOnce(path, 'retry-2', { Body: 'once' })).json).toMatchObject({ index: 1 });
    expect(await remote.messages.list()).toHaveLength(2);
  });

  it('is remembered without a hash that others could compute, and one of release 0.1 is known still', async () => {
    const { path, sid } = await newConversation();
    const first = await sendOnce(path, 'hashed', { Body: 'once' });
    const plain = createHash('sha256')
      .update(JSON.stringify(['account', [['ConversationSid', sid]], [['Body', 'once']], '']))
      .digest('base64url');
    const row = () =>
      server.store.read.selectFrom('idempotency_keys').select('request_hash').where('key', '=', 'hashed');
    expect((await row().executeTakeFirstOrThrow()).request_hash).not.toBe(plain);
    const older = server.store.write(({ db }) =>
      db.updateTable('idempotency_keys').set({ request_hash: plain }).where('key', '=', 'hashed').execute(),
    );
    await older;
    const retry = await sendOnce(path, 'hashed', { Body: 'once' });
    expect([retry.json, isReplay(retry)]).toEqual([first.json, true]);
    expect((await sendOnce(path, 'hashed', { Body: 'twice' })).status).toBe(422);
  });

  it('requests without a key, and reads with one, are done as often as they are sent', async () => {
    const { path, remote } = await newConversation();
    const form = { Body: 'x' };
    await Promise.all([server.sendAs(path, { form }), server.sendAs(path, { form })]);
    const read = () => server.sendAs(path, { headers: { 'idempotency-key': 'read' } });
    for (const answer of [await read(), await read()]) expect([answer.status, isReplay(answer)]).toEqual([200, false]);
    expect(await remote.messages.list()).toHaveLength(2);
  });

  it('a key that is used for another request is refused, and nothing done', async () => {
    const { path, remote } = await newConversation();
    const { path: elsewhere } = await newConversation();
    await sendOnce(path, 'same', { Body: 'x' });
    const refused = { status: 422, json: { code: 20422, details: { parameter: 'Idempotency-Key' } } };
    expect(await sendOnce(path, 'same', { Body: 'y' })).toMatchObject(refused);
    expect(await sendOnce(path, 'same', { Body: 'x', Author: 'ada' })).toMatchObject(refused);
    expect(await sendOnce(elsewhere, 'same', { Body: 'x' })).toMatchObject(refused);
    expect(await sendOnce(path, 'same', { Body: 'x' }, { 'x-twilio-webhook-enabled': 'true' })).toMatchObject(refused);
    expect(await remote.messages.list()).toHaveLength(1);
  });

  it('the order of parameters does not matter', async () => {
    const { path } = await newConversation();
    const first = await sendOnce(path, 'order', { Body: 'x', Author: 'ada' });
    expect((await sendOnce(path, 'order', { Author: 'ada', Body: 'x' })).json).toEqual(first.json);
  });

  it('another credential, operation or service has keys of its own', async () => {
    const { path, sid, remote } = await newConversation();
    await sendOnce(path, 'mine', { Body: 'x' });
    const authorization = `Basic ${btoa(`${server.apiKey}:${server.apiSecret}`)}`;
    expect(isReplay(await sendOnce(path, 'mine', { Body: 'x' }, { authorization }))).toBe(false);
    expect(isReplay(await sendOnce(`/v1/Conversations/${sid}`, 'mine', { FriendlyName: 'x' }))).toBe(false);
    expect(await remote.messages.list()).toHaveLength(2);
    const services = await Promise.all(
      ['one', 'two'].map((friendlyName) => server.client.conversations.v1.services.create({ friendlyName })),
    );
    const made = await Promise.all(
      services.map((one) => sendOnce(`/v1/Services/${one.sid}/Conversations`, 'mine', { FriendlyName: 'x' })),
    );
    expect(made.map(isReplay)).toEqual([false, false]);
  });

  it('a Restricted key that may not read what it made is told no more than its SID by a retry', async () => {
    const { path, remote } = await newConversation();
    const listed = await server.sendAs('/2010-04-01/Accounts.json');
    const { accounts } = listed.json as { accounts: [{ sid: string }] };
    const policyOf = (...permissions: string[]) =>
      JSON.stringify({ allow: permissions.map((one) => `/confab/conversations.messages/${one}`) });
    const form = { AccountSid: accounts[0].sid, KeyType: 'restricted', Policy: policyOf('create') };
    const key = (await server.sendAs('/v1/Keys', { form })).json as { sid: string; secret: string };
    const authorization = `Basic ${btoa(`${key.sid}:${key.secret}`)}`;
    const send = () => sendOnce(path, 'blind', { Body: 'x' }, { authorization });
    const first = await send();
    await remote.messages(sidOf(first)).update({ body: 'for others' });
    const second = await send();
    expect([second.status, isReplay(second), second.json]).toEqual([201, true, { sid: sidOf(first) }]);
    await server.sendAs(`/v1/Keys/${key.sid}`, { form: { Policy: policyOf('create', 'read') } });
    expect((await send()).json).toMatchObject({ body: 'for others' });
  });

  it('a request that was refused leaves its key free', async () => {
    const { path } = await newConversation();
    const uniqueName = randomUUID();
    await server.client.conversations.v1.conversations.create({ uniqueName });
    // Refused before, and in, the transaction.
    expect(await sendOnce(path, 'free', { Body: '' })).toMatchObject({ status: 400 });
    expect(await sendOnce(path, 'free', { Body: 'x' })).toMatchObject({ status: 201 });
    const taken = () => sendOnce('/v1/Conversations', 'taken', { UniqueName: uniqueName });
    expect(await taken()).toMatchObject({ status: 409, json: { code: 50353 } });
    await server.client.conversations.v1.conversations(uniqueName).update({ uniqueName: '' });
    expect(await taken()).toMatchObject({ status: 201, json: { unique_name: uniqueName } });
  });

  it('of many at once one is applied, and all are answered from it', async () => {
    const { path, sid, remote } = await newConversation();
    const sends = await Promise.all(Array.from({ length: 8 }, () => sendOnce(path, 'many', { Body: 'x' })));
    expect(new Set(sends.map(sidOf)).size).toBe(1);
    expect(sends.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(sends.filter(isReplay)).toHaveLength(7);
    expect(await remote.messages.list()).toHaveLength(1);
    const removals = await Promise.all(
      Array.from({ length: 8 }, () => sendOnce(`${path}/${sends.map(sidOf)[0]}`, 'many')),
    );
    expect(removals.map(({ status }) => status)).toEqual(Array(8).fill(204));
    expect(removals.filter(isReplay)).toHaveLength(7);
    const row = server.store.read.selectFrom('conversations').selectAll().where('sid', '=', sid);
    expect(await row.executeTakeFirstOrThrow()).toMatchObject({ messages_count: 0, messages_event: 2 });
  });

  it('a retried change does not undo what came after it', async () => {
    const { sid, remote } = await newConversation();
    const rename = () => sendOnce(`/v1/Conversations/${sid}`, 'rename', { FriendlyName: 'Old' });
    await rename();
    await remote.update({ friendlyName: 'New' });
    expect(await rename()).toMatchObject({ status: 200, json: { friendly_name: 'New' } });
  });

  it('what is gone since is not found; that it was removed is told again', async () => {
    const { path, remote } = await newConversation();
    const made = await sendOnce(path, 'gone', { Body: 'x' });
    const remove = () => sendOnce(`${path}/${sidOf(made)}`, 'remove');
    expect([await remove(), await remove()]).toMatchObject([
      { status: 204, text: '' },
      { status: 204, text: '' },
    ]);
    expect(await sendOnce(path, 'gone', { Body: 'x' })).toMatchObject({ status: 404 });
    expect(await remote.messages.list()).toEqual([]);
  });

  describe('every kind of resource', () => {
    const creates: [path: string, form: Record<string, string | string[]>][] = [
      ['/v1/Conversations', { FriendlyName: 'x' }],
      ['/v1/Users', { Identity: 'idempotent' }],
      ['/v1/Roles', { FriendlyName: 'x', Type: 'service', Permission: ['createConversation', 'joinConversation'] }],
      ['/v1/Services', { FriendlyName: 'x' }],
    ];
    it.each(creates)('POST %s', async (path, form) => {
      const answers = [await sendOnce(path, 'make', form), await sendOnce(path, 'make', form)] as const;
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
      expect(answers[1].json).toEqual(answers[0].json);
      expect(answers.map(isReplay)).toEqual([false, true]);
    });

    it('participants, by identity, and the conversations of users', async () => {
      const { sid } = await newConversation();
      const participants = `/v1/Conversations/${sid}/Participants`;
      const twice = async (path: string, key: string, form?: Record<string, string>) => {
        const [first, second] = [await sendOnce(path, key, form), await sendOnce(path, key, form)];
        expect([isReplay(first), isReplay(second)]).toEqual([false, true]);
        expect([second.status, second.json]).toEqual([first.status, first.json]);
        return second;
      };
      const made = await twice(participants, 'p1', { Identity: 'ida' });
      expect(await twice(`${participants}/ida`, 'p2', { Attributes: '{"a":1}' })).toMatchObject({
        status: 200,
        json: { sid: sidOf(made), attributes: '{"a":1}' },
      });
      const mine = `/v1/Users/ida/Conversations/${sid}`;
      expect(await twice(mine, 'p3', { NotificationLevel: 'muted' })).toMatchObject({
        status: 200,
        json: { notification_level: 'muted', participant_sid: sidOf(made) },
      });
      expect(await twice(mine, 'p4')).toMatchObject({ status: 204 });
      expect(await twice('/v1/Users/ida', 'p5')).toMatchObject({ status: 204 });
    });
  });

  it.each(['', 'é', 'x'.repeat(256)])('the key %j is refused', async (key) => {
    const { path, remote } = await newConversation();
    const headers = { 'idempotency-key': Buffer.from(key, 'utf8').toString('latin1') };
    expect(await server.sendAs(path, { form: { Body: 'x' }, headers })).toMatchObject({
      status: 400,
      json: { code: 20001, details: { parameter: 'Idempotency-Key' } },
    });
    expect(await remote.messages.list()).toEqual([]);
  });

  it('a key is forgotten when its time is over', async () => {
    const { path, remote } = await newConversation();
    await sendOnce(path, 'late', { Body: 'x' });
    expect(await expireIdempotencyKeys(server.store, Date.now() - 60_000, 100)).toBe(0);
    await sendOnce(path, 'late', { Body: 'x' });
    expect(await remote.messages.list()).toHaveLength(1);
    const all = server.store.read.selectFrom('idempotency_keys').select('key');
    const count = (await all.execute()).length;
    expect(await expireIdempotencyKeys(server.store, Date.now() + 60_000, 2)).toBe(2);
    expect(await expireIdempotencyKeys(server.store, Date.now() + 60_000, 1000)).toBe(count - 2);
    await sendOnce(path, 'late', { Body: 'x' });
    expect(await remote.messages.list()).toHaveLength(2);
  });
});
