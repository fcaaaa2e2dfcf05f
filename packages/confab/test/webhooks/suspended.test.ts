import { expect, it } from 'vitest';
import { onEachEngine } from '../support/store.ts';
import { hookedDomain } from './support/hooked-domain.ts';
import { startReceiver } from './support/receiver.ts';

onEachEngine('webhooks of a suspended account', (engine) => {
  it('wait, and are sent when it is active again', async () => {
    const domain = await hookedDomain(engine);
    const receiver = await startReceiver();
    await domain.hookService(receiver.url);
    const conversation = await domain.conversation('one');
    const setStatus = (status: 'active' | 'suspended') =>
      domain.store.write(({ db }) => db.updateTable('accounts').set({ status }).execute());
    await setStatus('suspended');
    await domain.say(conversation, 'by the way');
    await domain.pass(30_000, 1_000);
    expect(receiver.received).toEqual([]);

    await setStatus('active');
    await domain.until(() => receiver.received.length === 1);
    expect(receiver.received[0]?.params.Body).toBe('by the way');
    expect(domain.errors).toEqual([]);
  });
});
