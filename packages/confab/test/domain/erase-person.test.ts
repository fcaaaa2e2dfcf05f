import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  addParticipant,
  connectUser,
  continueErasures,
  createConversation,
  createMedia,
  type ErasureRow,
  endSessions,
  erasePerson,
  findErasure,
  findMessage,
  findUser,
  listMessages,
  listParticipants,
  registerBinding,
  requireConversation,
  sendMessage,
  updateConversation,
  updateMessage,
  updateUser,
} from '../../src/domain/index.ts';
import { PERSONAL_DATA } from '../../src/domain/person/personal-data.ts';
import { ROWS_CHANGED } from '../../src/domain/person/step.ts';
import { newRandomSid } from '../../src/sid.ts';
import type { ErasedMessages, Store } from '../../src/store/index.ts';
import { SQLITE_FILE } from '../../src/store/index.ts';
import { LONG } from '../store/support/follow-log.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const IDENTITY = 'zoe.quetzal@example.com';
const ADDRESS = '+15005550123';
/** What only the person has said, and where they can be reached. */
const SECRETS = [
  'my secret is 4711',
  'subject-of-zoe',
  'tattoo-of-zoe',
  'Zoë Q.',
  'device-token-of-zoe',
  'corrected by zoe',
];

const namesOf = <Name extends string>(record: Readonly<Record<Name, unknown>>): Name[] => {
  const names: Name[] = [];
  for (const name in record) names.push(name);
  return names;
};

/** All that the database holds, as a dump would show it. */
async function everyRow(store: Store): Promise<string> {
  const tables = await Promise.all(
    namesOf(PERSONAL_DATA).map((name) => store.read.selectFrom(name).selectAll().execute()),
  );
  return JSON.stringify(tables);
}

onEachEngine('erasing a person', (engine) => {
  async function setUp() {
    const location = await emptyDatabase(engine);
    const domain = await domainOver(await openTestStore(location));
    const { execute, account, service, clock, secretBox } = domain;
    const zoe = await domain.user(IDENTITY);
    const bob = await domain.user('bob');
    await execute(updateUser, zoe, {
      service,
      sidOrIdentity: IDENTITY,
      friendlyName: 'Zoë Q.',
      attributes: '{"has":"tattoo-of-zoe"}',
    });
    await execute(registerBinding, zoe, { type: 'fcm', endpoint: 'device-token-of-zoe', messageTypes: [] });
    const conversation = await execute(createConversation, zoe, { service, uniqueName: 'shared' });
    const closed = await execute(createConversation, account, { service, uniqueName: 'closed' });
    for (const target of [conversation, closed]) {
      for (const identity of [IDENTITY, 'bob']) {
        await execute(addParticipant, account, { service, conversation: target, identity, joinPolicy: 'sid' });
      }
    }
    const target = { service, conversation };
    const fromBob = await execute(sendMessage, bob, { ...target, body: 'bob says hi' });
    // More than a chunk changes.
    for (let count = 0; count < ROWS_CHANGED + 2; count += 1) {
      await execute(sendMessage, zoe, {
        ...target,
        body: SECRETS[0],
        subject: SECRETS[1],
        attributes: '{"a":"tattoo-of-zoe"}',
      });
    }
    await execute(sendMessage, zoe, { service, conversation: closed, body: SECRETS[0] });
    const imported = await execute(
      sendMessage,
      account,
      { ...target, body: 'bob goes on', author: 'bob' },
      {
        once: {
          serviceId: service.id,
          principal: account.credentialSid,
          operation: 'CreateMessage',
          key: `import of ${IDENTITY}`,
          hash: 'h',
          status: 201,
        },
      },
    );
    await execute(updateMessage, account, { ...target, messageSid: fromBob.sid, body: 'bob said hi' });
    await execute(updateConversation, account, { service, conversation: closed, state: 'closed' });
    await execute(endSessions, account, { identity: IDENTITY, serviceSid: service.sid });
    clock.advance(1000);
    return {
      ...domain,
      location,
      zoe,
      bob,
      conversation,
      closed,
      fromBob,
      imported,
      erase: (messages: ErasedMessages) =>
        execute(erasePerson, account, { secretBox, service, knownBy: 'identity', name: IDENTITY, messages }),
    };
  }

  async function finish(store: Store, service: { id: number }, { sid }: ErasureRow, now: number): Promise<ErasureRow> {
    // PostgreSQL waits for what was open when it was asked for, and the server has other databases.
    await expect
      .poll(async () => {
        while ((await continueErasures(store, now)) > 0);
        return (await findErasure(store.read, service.id, sid))?.status;
      }, LONG)
      .toBe('completed');
    const row = await findErasure(store.read, service.id, sid);
    if (row === undefined) throw new Error('The erasure is gone.');
    return row;
  }

  it('leaves neither the identity nor what the person said anywhere, and what others said as it was', async () => {
    const { store, service, conversation, closed, fromBob, imported, erase, clock, location } = await setUp();
    const dumpBefore = await everyRow(store);
    for (const secret of [IDENTITY, ...SECRETS.slice(0, 5)]) expect(dumpBefore).toContain(secret);

    const erasure = await erase('delete');
    const seen = store.published.length;
    const completed = await finish(store, service, erasure, clock.now());
    expect(completed).toMatchObject({ name: null, memberships_ended: 2, completed_at: clock.now() });
    expect(completed.messages_changed).toBe(ROWS_CHANGED + 3);

    const dump = await everyRow(store);
    for (const secret of [IDENTITY, ...SECRETS]) expect(dump).not.toContain(secret);
    for (const kept of ['bob says hi', 'bob said hi', 'bob goes on', imported.sid]) expect(dump).toContain(kept);
    const left = await listMessages(store.read, conversation.id, { order: 'asc', limit: 100 });
    expect(left.map(({ body, author }) => [author, body])).toEqual([
      ['bob', 'bob said hi'],
      ['bob', 'bob goes on'],
    ]);
    expect(left[0]?.sid).toBe(fromBob.sid);
    const after = await requireConversation(store.read, service.id, conversation.sid);
    expect(after).toMatchObject({
      created_by: erasure.pseudonym,
      messages_count: 2,
      participants_count: 1,
      last_message_index: imported.index,
    });
    expect(await listMessages(store.read, closed.id, { order: 'asc', limit: 100 })).toEqual([]);
    expect(await listParticipants(store.read, conversation.id, { order: 'asc', limit: 100 })).toMatchObject([
      { identity: 'bob' },
    ]);

    // Whoever is connected sees it happen, each event one more than the one before.
    const changes = store.published.slice(seen).flatMap((set) => set.changes);
    const told = (object: string, action: string) =>
      changes.filter((change) => change.object === object && change.action === action);
    expect(told('messages', 'removed')).toHaveLength(ROWS_CHANGED + 3);
    expect(told('roster', 'removed')).toHaveLength(2);
    const events = changes.flatMap((change) =>
      change.object === 'messages' && change.conversation.sid === conversation.sid ? [change.event] : [],
    );
    expect(events).toEqual(events.map((_, at) => (events[0] ?? 0) + at));

    if (location.engine !== 'sqlite') return;
    const files = readdirSync(location.folder).map((name) => readFileSync(join(location.folder, name)));
    expect(readdirSync(location.folder)).toContain(SQLITE_FILE);
    for (const secret of [IDENTITY, ...SECRETS]) expect(files.some((bytes) => bytes.includes(secret))).toBe(false);
    expect(files.some((bytes) => bytes.includes('bob goes on'))).toBe(true);
  });

  it('reaches what repeats it: answers of webhooks, files that no message has, those of questions before a change', async () => {
    const { store, service, execute, account, zoe, fromBob, erase, clock } = await setUp();
    await execute(createMedia, zoe, {
      service,
      contentType: 'text/plain',
      filename: 'diary-of-zoe.txt',
      category: 'media',
      multipart: false,
      file: {
        sid: newRandomSid('ME'),
        size: 1,
        sniffedType: null,
        width: null,
        height: null,
        thumbnailSize: null,
      },
    });
    const entryOf = async (author: string) => {
      const entries = await store.read.selectFrom('event_log').selectAll().orderBy('id').execute();
      const found = entries.find(
        ({ kind, payload }) => kind === 'message.added' && JSON.parse(payload).author === author,
      );
      if (found === undefined) throw new Error(`${author} has sent nothing.`);
      return found.id;
    };
    const answers = [
      { entryId: await entryOf(IDENTITY), answer: `told of: ${SECRETS[0]}` },
      { entryId: await entryOf('bob'), answer: `told of: ${IDENTITY} in passing` },
      { entryId: await entryOf('bob'), answer: 'told of: bob says hi' },
      { entryId: null, answer: `{"body":"${SECRETS[0]}"}` },
    ];
    await store.write(async ({ db }) => {
      for (const { entryId, answer } of answers) {
        const delivery = await db
          .insertInto('webhook_deliveries')
          .values({
            sid: newRandomSid('WD'),
            account_id: account.account.id,
            target: service.sid,
            lane: 'before',
            entry_id: entryId,
            notice: 0,
            message_id: null,
            event: 'onMessageAdded',
            conversation_sid: null,
            url: 'https://hooks.example/',
            method: 'POST',
            state: 'delivered',
            late: 0,
            tries: 1,
            first_tried_at: clock.now(),
            created_at: clock.now(),
            updated_at: clock.now(),
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        const attempt = {
          delivery_id: delivery.id,
          number: 0,
          outcome: 'answered',
          status: 200,
          reason: null,
        } as const;
        await db
          .insertInto('webhook_attempts')
          .values({ ...attempt, answer, started_at: clock.now(), duration_ms: 1 })
          .execute();
      }
    });
    expect(await everyRow(store)).toContain('diary-of-zoe.txt');
    await finish(store, service, await erase('delete'), clock.now());
    const dump = await everyRow(store);
    for (const secret of [IDENTITY, ...SECRETS, 'diary-of-zoe.txt']) expect(dump).not.toContain(secret);
    const kept = await store.read.selectFrom('webhook_attempts').select('answer').orderBy('id').execute();
    expect(kept.map(({ answer }) => answer)).toEqual([null, null, 'told of: bob says hi', null]);
    // Nothing waits for a backup to have it: the next sweep takes the bytes.
    expect(await store.read.selectFrom('media').select('deleted_at').execute()).toEqual([{ deleted_at: 0 }]);
    expect(dump).toContain(fromBob.sid);
  });

  it('keeps what was said under a pseudonym that says the same of all of it', async () => {
    const { store, service, conversation, fromBob, erase, clock, execute, account, zoe } = await setUp();
    const target = { service, conversation };
    // Who changed it last is named as well.
    const { sid } = await execute(sendMessage, account, { ...target, body: 'ours', author: 'bob' });
    await store.write(({ db }) =>
      db.updateTable('messages').set({ last_updated_by: IDENTITY }).where('sid', '=', sid).execute(),
    );
    const erasure = await erase('pseudonymise');
    await finish(store, service, erasure, clock.now());
    const dump = await everyRow(store);
    for (const secret of [IDENTITY, 'Zoë Q.', 'device-token-of-zoe']) expect(dump).not.toContain(secret);
    const messages = await listMessages(store.read, conversation.id, { order: 'asc', limit: 100 });
    const theirs = messages.filter(({ author }) => author === erasure.pseudonym);
    expect(theirs.map(({ body }) => body)).toEqual(Array.from({ length: ROWS_CHANGED + 2 }, () => SECRETS[0]));
    expect(erasure.pseudonym).not.toBe(zoe.user.sid);
    expect(await findMessage(store.read, conversation.id, sid)).toMatchObject({
      author: 'bob',
      last_updated_by: erasure.pseudonym,
    });
    expect(await findMessage(store.read, conversation.id, fromBob.sid)).toMatchObject({ author: 'bob' });
    expect(dump).toContain(SECRETS[0]);
  });

  it('keeps messages as they are where it is told to, and erases the rest', async () => {
    const { store, service, conversation, erase, clock } = await setUp();
    await finish(store, service, await erase('keep'), clock.now());
    const messages = await listMessages(store.read, conversation.id, { order: 'asc', limit: 100 });
    expect(messages.filter(({ author }) => author === IDENTITY)).toHaveLength(ROWS_CHANGED + 2);
    const dump = await everyRow(store);
    for (const secret of ['Zoë Q.', 'device-token-of-zoe']) expect(dump).not.toContain(secret);
    expect(await findUser(store.read, service.id, IDENTITY)).toBeUndefined();
  });

  it('goes on where it stands after a restart, on whichever node', async () => {
    const { store, service, erase, clock, location } = await setUp();
    const erasure = await erase('delete');
    await expect.poll(() => continueErasures(store, clock.now()), LONG).toBe(1);
    for (let chunk = 1; chunk < 4; chunk += 1) await continueErasures(store, clock.now());
    expect(await findErasure(store.read, service.id, erasure.sid)).toMatchObject({ status: 'running', name: IDENTITY });
    await store.close();
    const next = await openTestStore(location);
    await finish(next, service, erasure, clock.now());
    expect(await everyRow(next)).not.toContain(IDENTITY);
  });

  it('does not touch somebody who comes back under the identity', async () => {
    const { store, service, conversation, erase, clock, execute, account, zoe } = await setUp();
    const erasure = await erase('delete');
    const again = await execute(connectUser, account, { service, identity: IDENTITY });
    expect(again.sid).not.toBe(zoe.user.sid);
    await finish(store, service, erasure, clock.now());
    const target = { service, conversation };
    await execute(addParticipant, account, { ...target, identity: IDENTITY, joinPolicy: 'sid' });
    const row = await execute(sendMessage, account, { ...target, author: IDENTITY, body: 'new here' });
    expect(await findUser(store.read, service.id, IDENTITY)).toMatchObject({ sid: again.sid });
    expect(await findMessage(store.read, conversation.id, row.sid)).toMatchObject({ author: IDENTITY });
  });

  it('erases who is known by an address only', async () => {
    const { store, service, execute, account, secretBox, clock } = await setUp();
    const conversation = await execute(createConversation, account, { service });
    const target = { service, conversation };
    const pair = { address: ADDRESS, proxyAddress: '+15005550006' };
    await execute(addParticipant, account, { ...target, ...pair, attributes: '{"n":"of phone"}', joinPolicy: 'sid' });
    await execute(sendMessage, account, { ...target, author: ADDRESS, body: 'by phone' });
    const erasure = await execute(erasePerson, account, {
      secretBox,
      service,
      knownBy: 'address',
      name: ADDRESS,
      messages: 'delete',
    });
    const completed = await finish(store, service, erasure, clock.now());
    expect(completed).toMatchObject({ memberships_ended: 1, messages_changed: 1 });
    const dump = await everyRow(store);
    for (const secret of [ADDRESS, 'of phone', 'by phone']) expect(dump).not.toContain(secret);
    // The pair is free again, and the others are untouched.
    await execute(addParticipant, account, { ...target, ...pair, joinPolicy: 'sid' });
    expect(dump).toContain(IDENTITY);
  });

  it('is for Main credentials, and for names that are one person’s', async () => {
    const { execute, account, service, secretBox, zoe } = await setUp();
    const input = { secretBox, service, knownBy: 'identity', name: IDENTITY, messages: 'delete' } as const;
    for (const actor of [zoe, { ...account, main: false }]) {
      await expect(execute(erasePerson, actor, input)).rejects.toMatchObject({ status: 403 });
    }
    for (const name of ['system', '']) {
      await expect(execute(erasePerson, account, { ...input, name })).rejects.toMatchObject({ code: 20001 });
    }
  });

  it('lets nobody change the audit log but to take a name out of it while a person is erased', async () => {
    const { store, erase } = await setUp();
    const change = (values: { after?: string; action?: string; redacted_at?: number }) =>
      store.write(({ db }) => db.updateTable('audit_log').set(values).execute());
    await expect(change({ after: '{}', redacted_at: 1 })).rejects.toThrow('append-only');
    await erase('delete');
    await expect(change({ after: '{}' })).rejects.toThrow('append-only');
    await expect(change({ action: 'nothing', redacted_at: 1 })).rejects.toThrow('append-only');
    await expect(store.write(({ db }) => db.deleteFrom('audit_log').execute())).rejects.toThrow('append-only');
    await change({ after: '{}', redacted_at: 1 });
  });
});
