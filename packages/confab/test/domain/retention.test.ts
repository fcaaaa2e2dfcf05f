import { expect, it } from 'vitest';
import {
  createConversation,
  expireOld,
  listAuditLog,
  listMessages,
  mediaOf,
  requireConversation,
  sendMessage,
  updateRetention,
} from '../../src/domain/index.ts';
import { bytes, libraryOver } from '../media/support.ts';
import { followLog, LONG } from '../store/support/follow-log.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const DAY_MS = 86_400_000;

onEachEngine('what is older than it is kept', (engine) => {
  async function setUp() {
    const domain = await domainOver(await openTestStore(await emptyDatabase(engine)));
    const { execute, account, service, clock, store } = domain;
    const conversation = await execute(createConversation, account, { service });
    const send = (body: string) => execute(sendMessage, account, { service, conversation, body });
    for (let count = 0; count < 30; count += 1) await send('long ago');
    clock.advance(10 * DAY_MS);
    await send('lately');
    return { ...domain, conversation, expire: () => expireOld(store, clock.now(), () => false) };
  }

  it('goes: messages as removals, in the order of the conversation, and indexes go on rising', async () => {
    const { store, execute, account, service, conversation, expire } = await setUp();
    await expire();
    const bodies = async () =>
      (await listMessages(store.read, conversation.id, { order: 'asc', limit: 100 })).map(({ index, body }) => [
        index,
        body,
      ]);
    // Nobody loses messages unasked.
    expect(await bodies()).toHaveLength(31);
    await execute(updateRetention, account, { service, messagesDays: 7 });
    const seen = store.published.length;
    await expire();
    expect(await bodies()).toEqual([[30, 'lately']]);
    const changes = store.published.slice(seen).flatMap((set) => set.changes);
    expect(changes.filter(({ object, action }) => object === 'messages' && action === 'removed')).toHaveLength(30);
    expect(await requireConversation(store.read, service.id, conversation.sid)).toMatchObject({
      messages_count: 1,
      last_message_index: 30,
      next_message_index: 31,
    });
    await execute(updateRetention, account, { service, messagesDays: 0 });
    await expire();
    expect(await bodies()).toHaveLength(1);
  });

  it('goes: files apart from their messages, by age, and the oldest first when there are too many bytes', async () => {
    const domain = await setUp();
    const { store, execute, account, service, conversation, expire, clock } = domain;
    const { library } = libraryOver(domain);
    const upload = async (content: string) => {
      const description = {
        contentType: 'text/plain',
        filename: undefined,
        category: 'media',
        multipart: false,
      } as const;
      return (await library.store(account, service, description, bytes(content))).sid;
    };
    const send = async (contents: string[], body?: string) => {
      const mediaSids: string[] = [];
      for (const content of contents) mediaSids.push(await upload(content));
      const { sid } = await execute(sendMessage, account, { service, conversation, mediaSids, body });
      return sid;
    };
    const files = async (sid: string) => {
      const rows = await listMessages(store.read, conversation.id, { order: 'asc', limit: 100 });
      const row = rows.find((one) => one.sid === sid);
      return row && [row.body, mediaOf(row)?.length ?? null];
    };
    const old = [await send(['1234'], 'see'), await send(['1234', '1234'])] as const;
    clock.advance(5 * DAY_MS);
    const young = [await send(['1234', '12345']), await send(['123'])] as const;
    await execute(updateRetention, account, { service, mediaDays: 6, mediaMaxBytes: 20 });
    await expire();
    // The oldest went, and 20 bytes are not too many.
    expect(await Promise.all([...old, ...young].map(files))).toEqual([
      ['see', null],
      [null, 2],
      [null, 2],
      [null, 1],
    ]);
    clock.advance(2 * DAY_MS);
    const seen = store.published.length;
    await expire();
    expect(await files(old[1])).toEqual(['', null]);
    const changes = store.published.slice(seen).flatMap((set) => set.changes);
    expect(changes).toEqual([
      expect.objectContaining({
        object: 'messages',
        action: 'updated',
        row: expect.objectContaining({ sid: old[1], media: null, last_updated_by: 'system' }),
      }),
    ]);
    // 12 bytes are left: the oldest of them has to go, of a message that keeps the other.
    await execute(updateRetention, account, { service, mediaDays: 0, mediaMaxBytes: 8 });
    await expire();
    expect(await Promise.all(young.map(files))).toEqual([
      [null, 1],
      [null, 1],
    ]);
    const log = followLog(store);
    const bySystem = async () => {
      await log.readOn();
      return log.entries.filter(({ kind, actor }) => kind === 'message.updated' && actor === 'system').length;
    };
    await expect.poll(bySystem, LONG).toBe(3);
    const media = await store.read.selectFrom('media').select('deleted_at').orderBy('id').execute();
    expect(media.map(({ deleted_at }) => deleted_at !== null)).toEqual([true, true, true, true, false, false]);
  });

  it('goes from the event log, but not before a live consumer has read it', async () => {
    const { store, execute, account, service, expire, clock } = await setUp();
    await execute(updateRetention, account, { service, eventLogDays: 7 });
    const log = followLog(store);
    await expect.poll(async () => (await log.readOn()).at(-1)?.kind, LONG).toBe('retention.updated');
    const entries = log.entries.slice();
    const middle = entries[10];
    if (middle === undefined) throw new Error('The log is too short.');
    const consumer = { transaction_id: middle.transaction_id, entry_id: middle.id, holder: null, term: 1 };
    await store.write(({ db }) =>
      db
        .insertInto('event_consumers')
        .values({ name: 'slow', ...consumer, leased_until: 0, seen_at: clock.now() })
        .execute(),
    );
    await expire();
    const left = async () => (await followLog(store).readOn()).map(({ id }) => id);
    expect(await left()).toEqual(entries.slice(11).map(({ id }) => id));
    await store.write(({ db }) => db.deleteFrom('event_consumers').execute());
    await expire();
    // Of the account itself, of today, and nothing else.
    expect((await left()).length).toBeLessThan(10);
  });

  it('goes from the audit log, and nothing else does', async () => {
    const { store, execute, account, expire, clock } = await setUp();
    const entries = () =>
      listAuditLog(store.read, account.account.sid, {}, { order: 'asc', limit: 100 }).then((rows) => rows.length);
    await execute(updateRetention, account, { auditLogDays: 5 });
    clock.advance(6 * DAY_MS);
    await execute(updateRetention, account, { auditLogDays: 5 });
    expect(await entries()).toBe(2);
    await expire();
    expect(await entries()).toBe(1);
    await expect(store.write(({ db }) => db.deleteFrom('audit_log').execute())).rejects.toThrow('append-only');
  });
});
