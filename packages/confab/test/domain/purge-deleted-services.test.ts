import { expect, it } from 'vitest';
import {
  addParticipant,
  createConversation,
  createService,
  deleteService,
  purgeDeletedServices,
  removeMessage,
  removeParticipant,
  sendMessage,
  serviceRef,
} from '../../src/domain/index.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const TABLES = ['services', 'roles', 'users', 'conversations', 'participants', 'messages', 'sync_tombstones'] as const;

/** Most rows that one step may take. */
const CHUNK = 3;

onEachEngine('the purge of a deleted chat service', (engine) => {
  it('goes in bounded steps, tombstones too, and leaves the others as they are', async () => {
    const {
      store,
      execute,
      account,
      service: kept,
    } = await domainOver(await openTestStore(await emptyDatabase(engine)));
    const counts = async () => {
      const rows: Record<string, number> = {};
      for (const table of TABLES) {
        const found = await store.read
          .selectFrom(table)
          .select(({ fn }) => fn.countAll<number>().as('rows'))
          .execute();
        rows[table] = Number(found[0]?.rows);
      }
      return rows;
    };
    async function fill(service: ReturnType<typeof serviceRef>) {
      for (const name of ['one', 'two']) {
        const conversation = await execute(createConversation, account, { service, friendlyName: name });
        const target = { service, conversation };
        for (let number = 0; number < 8; number += 1) {
          const identity = `user ${number}`;
          await execute(addParticipant, account, { ...target, identity, joinPolicy: 'sid' });
          const { sid } = await execute(sendMessage, account, { ...target, body: identity });
          if (number % 2 === 0) {
            await execute(removeParticipant, account, { ...target, sidOrIdentity: identity });
            await execute(removeMessage, account, { ...target, messageSid: sid });
          }
        }
      }
    }
    await fill(kept);
    const before = await counts();
    const doomed = serviceRef(await execute(createService, account, { friendlyName: 'doomed' }));
    await fill(doomed);
    await execute(deleteService, account, { service: doomed });

    let now = await counts();
    expect(now.sync_tombstones).toBe(2 * (before.sync_tombstones ?? 0));
    for (;;) {
      const told = await purgeDeletedServices(store, CHUNK, 1);
      const then = now;
      now = await counts();
      if (told === 0) break;
      const gone = TABLES.filter((table) => table !== 'roles').map((table) => (then[table] ?? 0) - (now[table] ?? 0));
      expect(gone.reduce((sum, one) => sum + one)).toBe(told);
      expect(told).toBeLessThanOrEqual(CHUNK);
    }
    expect(now).toEqual(before);
  });
});
