import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { type ConversationRow, createConversation, sendMessage } from '../../src/domain/index.ts';
import { SQLITE_FILE, type StoreLocation, type Transaction } from '../../src/store/index.ts';
import { databaseOfSuite, domainOver, onEachEngine, openTestStore, type TestDomain } from '../support/store.ts';
import { failingCalls, faultsOf } from './support/faults.ts';

const BATCH = 2;

/** So many failures in a row outlast every repetition of a command. */
const MANY = 1000;

onEachEngine('an engine error is not an answer (invariant 12)', (engine) => {
  const location = databaseOfSuite(engine);

  async function setUp() {
    const faults = failingCalls(engine);
    const store = await openTestStore(location(), { wrapConnection: faults.wrapConnection });
    const domain = await domainOver(store);
    const conversation = await domain.execute(createConversation, domain.account, { service: domain.service });
    return { faults, domain, conversation, store, storedBodies: await openObserver(location()) };
  }

  async function sendTogether({ execute, account, service }: TestDomain, conversation: ConversationRow, tag: string) {
    const bodies = Array.from({ length: BATCH }, (_, number) => `${tag} ${number}`);
    const results = await Promise.allSettled(
      bodies.map((body) => execute(sendMessage, account, { service, conversation, body })),
    );
    return {
      acknowledged: bodies.filter((_, at) => results[at]?.status === 'fulfilled'),
      refusals: results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])),
    };
  }

  for (const [at, fault] of faultsOf(engine).entries()) {
    // How long it lasts, and at which call it begins, makes no difference between faults that are treated alike.
    const lengths = at === 0 ? [1, 2, MANY] : [1, MANY];
    const stride = ['53100', '40P01'].includes(fault.name) ? 3 : 1;

    it(`whichever call of a batch fails: ${fault.name}`, async () => {
      const { faults, domain, conversation, store, storedBodies } = await setUp();
      faults.failFrom(0, 0, fault);
      const expected = (await sendTogether(domain, conversation, 'undisturbed')).acknowledged;
      const calls = faults.calls();
      // BEGIN and COMMIT, and for each command a savepoint, its release and at least three statements.
      expect(calls).toBeGreaterThanOrEqual(2 + BATCH * 5);
      const counts: Record<string, number> = { acknowledged: 0, refused: 0 };

      for (let first = 0; first < calls; first += stride) {
        for (const count of lengths) {
          faults.failFrom(first, count, fault);
          const { acknowledged, refusals } = await sendTogether(domain, conversation, `call ${first}, ${count} times`);
          for (const refusal of refusals) expect(refusal).toMatchObject({ name: 'StoreUnavailableError' });
          if (count === 1) expect(refusals).toEqual([]);
          expect(await storedBodies(conversation)).toEqual([...expected, ...acknowledged]);
          expected.push(...acknowledged);
          counts.acknowledged = (counts.acknowledged ?? 0) + acknowledged.length;
          counts.refused = (counts.refused ?? 0) + refusals.length;

          // Without a restart, the next is stored at once.
          faults.failFrom(0, 0);
          await domain.execute(sendMessage, domain.account, { service: domain.service, conversation, body: 'after' });
          expected.push('after');
        }
      }
      expect(counts.acknowledged).toBeGreaterThan(0);
      expect(counts.refused).toBeGreaterThan(0);

      const changes = store.published.flatMap((changeSet) => changeSet.changes);
      const told = changes.flatMap((change) =>
        change.object === 'messages' && change.action === 'added' && change.conversation.sid === conversation.sid
          ? [{ event: change.event, index: change.row.index, body: change.row.body }]
          : [],
      );
      expect(told).toEqual(expected.map((body, at) => ({ event: at + 1, index: at, body })));
    });
  }

  it('of a command that does not mind: it is refused, and nothing that it goes on to write is kept', async () => {
    const { faults, store } = await setUp();
    // SQLite: the engine ends the transaction. PostgreSQL takes nothing more in it.
    const fault = faultsOf(engine).find(({ transaction }) => transaction !== 'goes on');
    const careless = async ({ db }: Transaction) => {
      const put = (key: string) => db.insertInto('meta').values({ key, value: '' }).execute();
      faults.failFrom(0, 1, fault);
      await put('lost').catch(() => {});
      await put('outside').catch(() => {});
    };
    const quiet = ({ db }: Transaction) => db.selectFrom('meta').select('key').execute();
    const oneLane = { affinity: 0 };
    const together = [quiet, careless, quiet].map((transact) => store.write<unknown>(transact, oneLane));
    const results = [
      ...(await Promise.allSettled(together)),
      ...(await Promise.allSettled([store.write(careless, oneLane)])),
    ];
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { name: 'StoreUnavailableError' } },
      { status: 'fulfilled' },
      { status: 'rejected', reason: { name: 'StoreUnavailableError' } },
    ]);
    const kept = await store.read.selectFrom('meta').select('key').where('key', 'in', ['lost', 'outside']).execute();
    expect(kept).toEqual([]);
  });

  it('of a lone command: what cannot be rolled back is, before the next begins', async () => {
    const { faults, domain, conversation, storedBodies } = await setUp();
    const [goesOn] = faultsOf(engine);
    const send = (body: string) =>
      domain.execute(sendMessage, domain.account, { service: domain.service, conversation, body });
    faults.failFrom(0, 0, goesOn);
    await send('undisturbed');
    const calls = faults.calls();
    // The last call is COMMIT; the one after it is the ROLLBACK that follows its failure.
    faults.failFrom(calls - 1, 2, goesOn);
    await expect(send('not rolled back')).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    faults.failFrom(0, 0);
    await send('next');
    expect(await storedBodies(conversation)).toEqual(['undisturbed', 'next']);
  });
});

/** Reads what is stored on a connection of its own, as somebody does who opens the database anew. */
async function openObserver(location: StoreLocation): Promise<(conversation: ConversationRow) => Promise<unknown[]>> {
  const query = ({ id }: ConversationRow) => `SELECT body FROM messages WHERE conversation_id = ${id} ORDER BY "index"`;
  if (location.engine === 'sqlite') {
    return async (conversation) => {
      const database = new DatabaseSync(join(location.folder, SQLITE_FILE), { readOnly: true });
      const rows = database.prepare(query(conversation)).all();
      database.close();
      return rows.map(({ body }) => body);
    };
  }
  const client = new Client({ connectionString: location.url });
  await client.connect();
  onTestFinished(() => client.end());
  return async (conversation) => (await client.query(query(conversation))).rows.map(({ body }) => body);
}
