import { expect, test } from 'vitest';
import { isObjectSid, objectName, objectSid, parseObjectAddress, syncType } from './object-sid.ts';

const TAIL = '0123456789abcdef0123456789abcdef';

test.each([
  ['channel', 'CH', 'ET', '.channel', 'document'],
  ['messages', 'CH', 'ES', '.messages', 'list'],
  ['roster', 'CH', 'MP', '.roster', 'map'],
  ['memberships', 'US', 'MC', '.channels', 'map'],
  ['user_info', 'US', 'MU', '.info', 'map'],
] as const)('%s is found by its SID and its unique name', (kind, owner, prefix, ending, type) => {
  const ownerSid = owner + TAIL;
  expect([objectSid(kind, ownerSid), objectName(kind, ownerSid)]).toEqual([prefix + TAIL, ownerSid + ending]);
  for (const address of [prefix + TAIL, ownerSid + ending]) {
    expect(parseObjectAddress(address)).toEqual({ kind, ownerSid });
  }
  expect(syncType(kind)).toBe(type);
  expect([isObjectSid(prefix + TAIL), isObjectSid(ownerSid + ending)]).toEqual([true, false]);
});

test.each([
  '',
  'ES',
  `ES${TAIL}0`,
  `ES${TAIL.slice(1)}`,
  `ES${'g'.repeat(32)}`,
  `ES${'\0'.repeat(32)}`,
  `XX${TAIL}`,
  `CH${TAIL}`,
  `CH${TAIL}.nonsense`,
  `US${TAIL}.messages`,
  `CH${TAIL}.info`,
  '.messages',
  'CH.messages',
  `CH${TAIL}.messages.messages`,
  'my name.channel',
])('%j is no address', (text) => {
  expect(parseObjectAddress(text)).toBeUndefined();
  expect(isObjectSid(text)).toBe(false);
});
