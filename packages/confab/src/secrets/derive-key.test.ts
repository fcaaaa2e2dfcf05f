import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { deriveKey } from './derive-key.ts';

const masterKey = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex');

it('derives as RFC 5869 says: extract with a zero salt, expand by one block', () => {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(masterKey).digest();
  const expanded = createHmac('sha256', extracted)
    .update('confab/test/1')
    .update(Buffer.from([1]))
    .digest();
  expect(deriveKey(masterKey, 'confab/test/1')).toEqual(expanded);
});

it('gives another key for another purpose', () => {
  expect(deriveKey(masterKey, 'confab/test/2')).not.toEqual(deriveKey(masterKey, 'confab/test/1'));
});

it('refuses a master key of another length', () => {
  expect(() => deriveKey(masterKey.subarray(1), 'confab/test/1')).toThrow('A master key has 32 bytes, not 31');
});
