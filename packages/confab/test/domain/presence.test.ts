import { expect, it } from 'vitest';
import {
  expirePresence,
  findUser,
  reachabilityOf,
  renewPresenceLease,
  updateServiceConfiguration,
} from '../../src/domain/index.ts';
import { createPresence } from '../../src/realtime/presence.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const LEASE_MS = 30_000;
const OFFLINE_MS = 10_000;

onEachEngine('who is online', (engine) => {
  async function setUp() {
    const store = await openTestStore(await emptyDatabase(engine));
    const domain = await domainOver(store, { presenceLeaseMs: LEASE_MS, reachabilityOfflineMs: OFFLINE_MS });
    const { clock, execute, limits, service, account } = domain;
    const ann = await domain.user('ann');
    const node = () =>
      createPresence({
        read: store.read,
        execute,
        clock,
        limits,
        renewLease: (name, ms) => renewPresenceLease(store, name, clock.now(), clock.now() + ms),
        onError: (error) => store.backgroundErrors.push(error),
      });
    const isOnline = async () => {
      const row = await findUser(store.read, service.id, 'ann');
      return row && reachabilityOf(row).is_online;
    };
    const leases = async () => (await store.read.selectFrom('presence_nodes').select('expires_at').execute()).length;
    return {
      ...domain,
      ann: ann.user.id,
      node,
      isOnline,
      leases,
      /** On how many nodes the user is. */
      nodes: async () => (await store.read.selectFrom('user_presence').select('node').execute()).length,
      enable: (reachabilityEnabled: boolean) =>
        execute(updateServiceConfiguration, account, { service, reachabilityEnabled }),
      told: () =>
        store.published.flatMap(({ changes }) => changes.filter(({ object }) => object === 'user_info')).length,
      expire: () => expirePresence({ store, execute }, clock.now(), 10),
    };
  }

  it('is not stored where nobody wants to know, and is as soon as somebody does', async () => {
    const { store, service, ann, node, isOnline, leases, enable } = await setUp();
    const here = node();
    store.published.length = 0;
    const { commits } = store.statistics();
    here.opened(ann, service.id);
    await here.refresh();
    here.closed(ann);
    here.opened(ann, service.id);
    await here.refresh();
    expect(store.statistics().commits).toBe(commits);
    expect(await leases()).toBe(0);

    await enable(true);
    await here.refresh();
    await expect.poll(isOnline).toBe(true);
    await enable(false);
    await here.refresh();
    await expect.poll(isOnline).toBe(false);
  });

  it('is said once, however often connections come and go in between', async () => {
    const { service, ann, node, isOnline, nodes, enable, told, clock } = await setUp();
    await enable(true);
    const [here, there] = [node(), node()];
    here.opened(ann, service.id);
    await expect.poll(isOnline).toBe(true);
    for (let times = 0; times < 20; times += 1) {
      here.closed(ann);
      clock.advance(OFFLINE_MS / 2);
      here.opened(ann, service.id);
    }
    there.opened(ann, service.id);
    await expect.poll(nodes).toBe(2);
    here.closed(ann);
    clock.advance(OFFLINE_MS);
    await expect.poll(nodes).toBe(1);
    expect(told()).toBe(1);
    there.closed(ann);
    clock.advance(OFFLINE_MS);
    await expect.poll(isOnline).toBe(false);
    expect(told()).toBe(2);
  });

  it('does not outlive the node that said so, but for who is on another one by then', async () => {
    const { service, ann, user, node, isOnline, leases, enable, expire, clock } = await setUp();
    const ben = (await user('ben')).user.id;
    await enable(true);
    const [dead, live] = [node(), node()];
    dead.opened(ann, service.id);
    dead.opened(ben, service.id);
    await expect.poll(isOnline).toBe(true);
    await expect.poll(leases).toBe(1);
    // Stopped, it needs no more than the time after a last connection; killed, it would take the lease.
    await dead.stop();
    live.opened(ben, service.id);
    await expect.poll(leases).toBe(2);
    clock.advance(OFFLINE_MS);
    expect(await expire()).toBe(0);
    clock.advance(1);
    while ((await expire()) > 0);
    expect(await isOnline()).toBe(false);
    expect(await leases()).toBe(1);
  });

  it('is said again by a node that was taken for dead', async () => {
    const { store, execute, service, ann, node, isOnline, enable, expire, clock } = await setUp();
    await enable(true);
    const slept = node();
    slept.opened(ann, service.id);
    await expect.poll(isOnline).toBe(true);
    // As after a sleep of the machine: others have looked before its own timers run.
    const now = clock.now() + 2 * LEASE_MS;
    while ((await expirePresence({ store, execute }, now, 10)) > 0);
    expect(await isOnline()).toBe(false);
    clock.jumpTo(now);
    await expect.poll(isOnline).toBe(true);
    expect(await expire()).toBe(0);
  });
});
