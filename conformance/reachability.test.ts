import twilio from 'twilio';
import { expect, test } from 'vitest';
import { type Confab, type ConfabOptions, startConfab } from '../packages/confab/src/index.ts';
import { createDatabase } from '../packages/confab/test/support/postgres.ts';
import { onEachEngine } from '../packages/confab/test/support/store.ts';
import { type Client, connect, SDKS } from './support/sdk.ts';

type User = Awaited<ReturnType<Client['getUser']>>;

const [sdk] = SDKS;
const OFFLINE_MS = 300;
const limitOverrides = { reachabilityOfflineMs: OFFLINE_MS, presenceLeaseMs: 6_000, busCheckMs: 3_600_000 };

onEachEngine('reachability', (engine) => {
  /** Two nodes on PostgreSQL, one on SQLite. */
  async function deployment() {
    const database = engine === 'postgres' ? await createDatabase() : undefined;
    const options: ConfabOptions = { limitOverrides, ...(database !== undefined && { databaseUrl: database.url }) };
    const first = await startConfab(options);
    const second = database === undefined ? first : await startConfab(options);
    const rest = twilio(first.accountSid, first.authToken).conversations;
    rest.baseUrl = first.url;
    const service = rest.v1.services(first.chatServiceSid);
    return {
      first,
      second,
      service,
      users: service.users,
      enable: (on: boolean) => service.configuration().update({ reachabilityEnabled: on }),
      async stop() {
        await Promise.all([first.stop(), second === first ? undefined : second.stop()]);
        await database?.drop();
      },
    };
  }

  test('is told by connections on all nodes and by devices, to the SDK and to REST', async () => {
    const { first, second, users, enable, stop } = await deployment();
    await enable(true);
    const alice = await connect(sdk, first, 'alice');
    const bob = await connect(sdk, second, 'bob');
    const bobs = await alice.getUser('bob');
    await expect.poll(() => bobs.isOnline).toBe(true);
    expect(bobs.isNotifiable).toBe(false);
    expect(await users('bob').fetch()).toMatchObject({ isOnline: true, isNotifiable: null });
    expect((await users.list()).map(({ isOnline }) => isOnline)).toEqual([null, null]);

    // A second connection, on the other node: the first to end leaves them online.
    const reasons = updatesOf(bobs);
    const elsewhere = await connect(sdk, first, 'bob');
    await bob.setPushRegistrationId('fcm', 'the phone of bob');
    await expect.poll(() => bobs.isNotifiable).toBe(true);
    expect(await users('bob').fetch()).toMatchObject({ isOnline: true, isNotifiable: true });
    await bob.removePushRegistrations('fcm', 'the phone of bob');
    await expect.poll(() => bobs.isNotifiable).toBe(false);
    await bob.shutdown();
    await elsewhere.shutdown();
    await expect.poll(() => bobs.isOnline).toBe(false);
    expect(await users('bob').fetch()).toMatchObject({ isOnline: false, isNotifiable: false });
    expect(reasons).toEqual(['reachabilityNotifiable', 'reachabilityNotifiable', 'reachabilityOnline']);
    await alice.shutdown();
    await stop();
  });

  test('is neither told nor stored while the service has it off, and known from the moment it is on', async () => {
    const { first, users, enable, stop } = await deployment();
    const bob = await connect(sdk, first, 'bob');
    const before = await connect(sdk, first, 'alice');
    expect(await before.getUser('bob')).toMatchObject({ isOnline: null, isNotifiable: null });
    await bob.setPushRegistrationId('apn', 'the tablet of bob');
    expect(await users('bob').fetch()).toMatchObject({ isOnline: null, isNotifiable: null });

    await enable(true);
    await expect.poll(async () => (await users('bob').fetch()).isOnline).toBe(true);
    expect(await users('bob').fetch()).toMatchObject({ isNotifiable: true });
    const after = await connect(sdk, first, 'alice');
    await expect.poll(async () => (await after.getUser('bob')).isOnline).toBe(true);

    await enable(false);
    expect(await users('bob').fetch()).toMatchObject({ isOnline: null, isNotifiable: null });
    await bob.shutdown();
    await expect.poll(async () => (await after.getUser('bob')).isOnline).toBe(false);
    await enable(true);
    expect(await users('bob').fetch()).toMatchObject({ isOnline: false });
    await Promise.all([before.shutdown(), after.shutdown()]);
    await stop();
  });

  test('ends with a session that the operator ends', async () => {
    const { first, users, enable, stop } = await deployment();
    await enable(true);
    const bob = await connect(sdk, first, 'bob');
    await expect.poll(async () => (await users('bob').fetch()).isOnline).toBe(true);
    await endSessions(first, 'bob');
    await expect.poll(async () => (await users('bob').fetch()).isOnline).toBe(false);
    await bob.shutdown();
    await stop();
  });
});

function updatesOf(user: User): string[] {
  const reasons: string[] = [];
  user.on('updated', ({ updateReasons }) => reasons.push(...updateReasons));
  return reasons;
}

async function endSessions({ url, accountSid, authToken }: Confab, identity: string): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const body = new URLSearchParams({ Identity: identity });
  const { status } = await fetch(`${url}/confab/v1/Sessions/End`, { method: 'POST', headers: { authorization }, body });
  expect(status).toBe(200);
}
