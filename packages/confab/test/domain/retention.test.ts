import { expect, it } from 'vitest';
import {
  createConversation,
  expireOld,
  listAuditLog,
  listMessages,
  requireConversation,
  sendMessage,
  updateRetention,
} from '../../src/domain/index.ts';
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
