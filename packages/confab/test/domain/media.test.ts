import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import {
  addParticipant,
  createConversation,
  createService,
  deleteConversation,
  deleteUser,
  findMediaFor,
  listMessages,
  mediaOf,
  purgeDeletedConversations,
  removeMessage,
  removeParticipant,
  sendMessage,
  serviceRef,
  updateMessage,
  updateRole,
} from '../../src/domain/index.ts';
import { removeOrphans, sweepMedia } from '../../src/media/index.ts';
import { bytes, filesIn, libraryOver } from '../media/support.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const TEXT = { contentType: 'text/plain', filename: 'note.txt', category: 'media', multipart: false } as const;

async function world(engine: 'sqlite' | 'postgres') {
  const domain = await domainOver(await openTestStore(await emptyDatabase(engine)));
  const { execute, account, service, clock, limits, store } = domain;
  const { library, storage, folder } = libraryOver(domain);
  const ann = await domain.user('ann');
  const bob = await domain.user('bob');
  const conversation = await execute(createConversation, ann, { service });
  const target = { service, conversation };
  for (const identity of ['ann', 'bob'])
    await execute(addParticipant, account, { ...target, identity, joinPolicy: 'sid' });
  const seenBy = async (actor: typeof ann | typeof account, sid: string) =>
    (await findMediaFor(store.read, actor, service, sid, clock.now() - limits.mediaUnattachedMs)) !== undefined;
  const sweep = async () => {
    while ((await sweepMedia({ store, storage, limits }, clock.now(), 2)) > 0);
  };
  return { ...domain, library, storage, folder, ann, bob, target, seenBy, sweep };
}

onEachEngine('media', (engine) => {
  it('is its uploader’s until it is sent, then its participants’, and account credentials’ always', async () => {
    const { execute, account, library, ann, bob, target, service, seenBy, user } = await world(engine);
    const cleo = await user('cleo');
    const file = await library.store(ann, service, TEXT, bytes('one', 'two'));
    expect(file).toMatchObject({ size: 6, author: 'ann', content_type: 'text/plain', filename: 'note.txt' });
    const seers = async () => Promise.all([ann, bob, cleo, account].map((actor) => seenBy(actor, file.sid)));
    expect(await seers()).toEqual([true, false, false, true]);
    const message = await execute(sendMessage, ann, { ...target, mediaSids: [file.sid] });
    expect(message.body).toBeNull();
    expect(mediaOf(message)).toEqual([
      { sid: file.sid, category: 'media', filename: 'note.txt', content_type: 'text/plain', size: 6 },
    ]);
    expect(await seers()).toEqual([true, true, false, true]);
    await execute(removeParticipant, account, { ...target, sidOrIdentity: 'ann' });
    expect(await seers()).toEqual([false, true, false, true]);
    await execute(deleteUser, account, { service, sidOrIdentity: 'bob' });
    expect(await seers()).toEqual([false, false, false, true]);
    expect(await text((await library.open(file)) ?? bytes())).toBe('onetwo');
  });

  it('is in one message only, of its own service, sent by its uploader, in time and in order', async () => {
    const { execute, account, library, ann, bob, target, service, clock, limits, store } = await world(engine);
    const [first, second, late] = [
      await library.store(ann, service, TEXT, bytes('1')),
      await library.store(ann, service, { ...TEXT, category: 'body' }, bytes('2')),
      await library.store(ann, service, TEXT, bytes('3')),
    ];
    const send = (actor: typeof ann | typeof account, ...mediaSids: string[]) =>
      execute(sendMessage, actor, { ...target, body: 'see', mediaSids });
    await expect(send(bob, first.sid)).rejects.toMatchObject({ code: 50507, status: 404 });
    await expect(send(ann, first.sid, first.sid)).rejects.toMatchObject({ code: 50508, status: 409 });
    for (const none of [`ME${'0'.repeat(32)}`, '', 'a\0b', '\ud800', `${first.sid}\0`])
      await expect(send(ann, first.sid, none)).rejects.toMatchObject({ code: 50507 });
    const elsewhere = serviceRef(await execute(createService, account, { friendlyName: 'another' }));
    const foreign = await library.store(account, elsewhere, TEXT, bytes('4'));
    await expect(send(account, foreign.sid)).rejects.toMatchObject({ code: 50507 });
    // Two at once: one has it, and a refused message leaves what it had taken.
    const both = await Promise.allSettled([send(ann, second.sid, first.sid), send(ann, first.sid, second.sid)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 50508 } });
    await expect(send(bob, first.sid)).rejects.toMatchObject({ code: 50507 });
    clock.advance(limits.mediaUnattachedMs);
    await expect(send(ann, late.sid)).rejects.toMatchObject({ code: 50507 });
    const [message, ...others] = await listMessages(store.read, target.conversation.id, { order: 'asc', limit: 10 });
    expect(others).toEqual([]);
    expect(new Set(message && mediaOf(message)?.map(({ sid }) => sid))).toEqual(new Set([first.sid, second.sid]));
    await expect(
      execute(updateMessage, ann, { ...target, messageSid: message?.sid ?? '', body: 'x' }),
    ).rejects.toMatchObject({ code: 50509, status: 400 });
  });

  it('needs sendMediaMessage, and sendMessage for a text with it', async () => {
    const { execute, account, library, ann, target, service, store } = await world(engine);
    const [role] = await store.read
      .selectFrom('participants')
      .innerJoin('roles', 'roles.id', 'role_id')
      .select('roles.sid')
      .where('identity', '=', 'ann')
      .execute();
    const allow = (...permissions: string[]) =>
      execute(updateRole, account, { service, roleSid: role?.sid ?? '', permissions });
    const { sid } = await library.store(ann, service, TEXT, bytes('1'));
    const send = (body?: string) => execute(sendMessage, ann, { ...target, body, mediaSids: [sid] });
    await allow('sendMessage');
    await expect(send()).rejects.toMatchObject({ code: 50107 });
    await allow('sendMediaMessage');
    await expect(send('with a text')).rejects.toMatchObject({ code: 50107 });
    expect(await send()).toMatchObject({ index: 0 });
  });

  it('goes with its message and its conversation at once, and its bytes when backups no longer need them', async () => {
    const { execute, library, folder, ann, target, service, store, clock, limits, seenBy, account, sweep, storage } =
      await world(engine);
    const removed = await library.store(ann, service, TEXT, bytes('removed'));
    const deleted = await library.store(ann, service, TEXT, bytes('deleted'));
    const unsent = await library.store(ann, service, TEXT, bytes('never sent'));
    const message = await execute(sendMessage, ann, { ...target, mediaSids: [removed.sid] });
    await execute(sendMessage, ann, { ...target, mediaSids: [deleted.sid] });
    await execute(removeMessage, ann, { ...target, messageSid: message.sid });
    expect(await seenBy(account, removed.sid)).toBe(false);
    await execute(deleteConversation, ann, target);
    expect(await seenBy(account, deleted.sid)).toBe(false);
    while ((await purgeDeletedConversations(store, 1, clock.now())) > 0);
    await sweep();
    expect(new Set(filesIn(folder))).toEqual(new Set([removed.sid, deleted.sid, unsent.sid]));
    clock.advance(limits.mediaUnattachedMs);
    await sweep();
    expect(new Set(filesIn(folder))).toEqual(new Set([removed.sid, deleted.sid]));
    clock.advance(limits.mediaBytesKeptHours * 3_600_000);
    await sweep();
    expect(filesIn(folder)).toEqual([]);
    expect(await store.read.selectFrom('media').select('sid').execute()).toEqual([]);
    expect(await removeOrphans(store, storage, Number.MAX_SAFE_INTEGER)).toBe(0);
  });

  it('leaves bytes without a record when a node dies in between, which are swept, and others’ files are not', async () => {
    const { library, folder, ann, service, store, storage } = await world(engine);
    const known = await library.store(ann, service, TEXT, bytes('known'));
    const orphan = await library.store(ann, service, TEXT, bytes('orphan'));
    await store.write(({ db }) => db.deleteFrom('media').where('sid', '=', orphan.sid).execute());
    expect(await removeOrphans(store, storage, 0)).toBe(0);
    expect(await removeOrphans(store, storage, Number.MAX_SAFE_INTEGER)).toBe(1);
    expect(filesIn(folder)).toEqual([known.sid]);
  });

  it('bounds what one user can have lying about, and keeps nothing of what was refused', async () => {
    const domain = await domainOver(await openTestStore(await emptyDatabase(engine)), {
      mediaUnattachedBytesPerUser: 10,
      mediaBytesPerMessage: 8,
    });
    const { library, folder } = libraryOver(domain);
    const { service } = domain;
    const ann = await domain.user('ann');
    await library.store(ann, service, TEXT, bytes('12345678'));
    await expect(library.store(ann, service, TEXT, bytes('123'))).rejects.toMatchObject({ status: 429 });
    await expect(library.store(ann, service, TEXT, bytes('12345678', '9'))).rejects.toMatchObject({ status: 413 });
    await expect(
      library.store(ann, service, { ...TEXT, contentType: 'a/b\r\nc: d' }, bytes('1')),
    ).rejects.toMatchObject({
      code: 20001,
    });
    expect(filesIn(folder)).toHaveLength(1);
  });
});
