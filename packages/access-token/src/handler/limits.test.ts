import { expect, it, test } from 'vitest';
import { addressBlock } from './address-block.ts';
import { createMemoryLimitStore } from './memory-limit-store.ts';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('the address %s counts as %s', (address, block) => {
  expect(addressBlock(address)).toBe(block);
});

it('counts each key in a window of its own', async () => {
  const store = createMemoryLimitStore();
  expect(await store.use('a', 1000, 0)).toEqual({ count: 1, endsAt: 1000 });
  expect(await store.use('a', 1000, 999)).toEqual({ count: 2, endsAt: 1000 });
  expect(await store.use('b', 1000, 999)).toEqual({ count: 1, endsAt: 1999 });
  expect(await store.use('a', 1000, 1000)).toEqual({ count: 1, endsAt: 2000 });
});

it('shuts nobody out for as long as the clock was set back', async () => {
  const store = createMemoryLimitStore();
  for (let use = 0; use < 3; use++) await store.use('a', 1000, 3_600_000);
  expect(await store.use('a', 1000, 5)).toEqual({ count: 1, endsAt: 1005 });
  expect(await store.use('a', 1000, 6)).toEqual({ count: 2, endsAt: 1005 });
});

it('forgets the oldest when too many are open', async () => {
  const store = createMemoryLimitStore({ maxKeys: 3 });
  for (const key of ['a', 'b', 'c', 'd']) await store.use(key, 1000, 0);
  expect(await store.use('d', 1000, 1)).toMatchObject({ count: 2 });
  expect(await store.use('b', 1000, 1)).toMatchObject({ count: 2 });
  expect(await store.use('a', 1000, 1)).toMatchObject({ count: 1 });
});
