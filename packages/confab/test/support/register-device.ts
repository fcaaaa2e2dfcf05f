import { systemClock } from '../../src/clock.ts';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { connectUser, createCommandRunner, registerBinding, serviceRef } from '../../src/domain/index.ts';
import type { Store } from '../../src/store/index.ts';

/** What an app does through the SDK for a user who has connected: registers their phone for pushes. The SID of the binding. */
export async function registerDevice(store: Store, serviceSid: string, identity: string): Promise<string> {
  const row = await store.read
    .selectFrom('services')
    .selectAll()
    .where('sid', '=', serviceSid)
    .executeTakeFirstOrThrow();
  const account = await store.read
    .selectFrom('accounts')
    .select(['id', 'sid', 'default_service_id'])
    .where('id', '=', row.account_id)
    .executeTakeFirstOrThrow();
  const service = serviceRef({ ...row, account_sid: account.sid });
  const execute = createCommandRunner({ store, clock: systemClock(), limits: DEFAULT_LIMITS, before: [] });
  const actor = { kind: 'account', account, credentialSid: account.sid, main: true } as const;
  const user = await execute(connectUser, actor, { service, identity });
  const { sid } = await execute(
    registerBinding,
    { kind: 'user', service, user: { id: user.id, sid: user.sid, identity } },
    { type: 'fcm', endpoint: `the phone of ${identity}`, messageTypes: ['twilio.conversations.new_message'] },
  );
  return sid;
}
