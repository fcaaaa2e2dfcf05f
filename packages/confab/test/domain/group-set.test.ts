import { expect, it } from 'vitest';
import { addParticipant, createConversation, removeParticipant, updateConversation } from '../../src/domain/index.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const [P, Q, A, B] = ['+15005550001', '+15005550002', '+15005550003', '+15005550004'];

onEachEngine('the addresses of a Group MMS', (engine) => {
  it('are its own again when it shrinks to what no other is, and nobody’s when it is closed', async () => {
    const { execute, account, service } = await domainOver(await openTestStore(await emptyDatabase(engine)));
    async function group(...addresses: (string | undefined)[]) {
      const target = { service, conversation: await execute(createConversation, account, { service }) };
      const sids: string[] = [];
      for (const address of addresses) {
        const binding = address === P || address === Q ? { projectedAddress: address } : { address };
        sids.push((await execute(addParticipant, account, { ...target, ...binding, joinPolicy: 'sid' })).sid);
      }
      const remove = (at: number) => execute(removeParticipant, account, { ...target, sidOrIdentity: sids[at] ?? '' });
      return { ...target, remove };
    }
    const larger = await group(A, B, P, Q);
    await group(A, Q, P);
    await larger.remove(1);
    await larger.remove(3);
    await expect(group(A, P)).rejects.toMatchObject({ code: 50438 });
    await execute(updateConversation, account, { ...larger, state: 'closed' });
    await group(A, P);
  });
});
