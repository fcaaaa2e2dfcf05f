import { expect, test } from 'vitest';
import { identityFault } from './identity.ts';

test.each(['a', 'user@example.com', ' ', 'a'.repeat(256), '😀'.repeat(256), 'US123', `US${'g'.repeat(32)}`, 'null'])(
  '%j may be used',
  (identity) => {
    expect(identityFault(identity)).toBeUndefined();
  },
);

test.each([
  [undefined, 'missing_identity'],
  [null, 'missing_identity'],
  ['', 'missing_identity'],
  [0, 'invalid_identity'],
  [['a'], 'invalid_identity'],
  ['\udc00', 'invalid_identity'],
  ['a\0b', 'invalid_identity'],
  ['a'.repeat(257), 'identity_too_long'],
  [`${'😀'.repeat(256)}a`, 'identity_too_long'],
  ['\ud800'.repeat(10_000), 'identity_too_long'],
  [`US${'0'.repeat(32)}`, 'identity_like_user_sid'],
  [`US${'F'.repeat(32)}`, 'identity_like_user_sid'],
])('%j may not: %s', (identity, code) => {
  expect(identityFault(identity)?.code).toBe(code);
});
