import { expect, test, vi } from 'vitest';
import { createAccessToken, friendlyNameWarnings, identityWarnings } from '../index.ts';
import { accountSid, apiKey, apiSecret, serviceSid } from '../test-support/fixtures.ts';

const codes = (text: string) => identityWarnings(text).map(({ code }) => code);

test.each(['alice', 'alice-b_c.d~e', '用户', 'Жанна', 'Ζωή', 'Zoë', 'ミキ用', '김 민수', '42', '👋'])(
  '%j is quiet',
  (text) => {
    expect(codes(text)).toEqual([]);
  },
);

test.each([..."!*'();:@&=+$,/?%#[]"])('%s is reserved', (character) => {
  expect(codes(`a${character}b`)).toEqual(['reserved_characters']);
});

test("the guide's own identity is reported, with the characters and where they stand", () => {
  expect(identityWarnings('user@example.com?a@b')).toEqual([
    { code: 'reserved_characters', argument: 'identity', message: 'identity has @ ?, which URLs reserve' },
  ]);
  expect(friendlyNameWarnings('R&D')[0]).toMatchObject({
    argument: 'friendlyName',
    message: expect.stringContaining('&'),
  });
});

test('decomposed text is not in normal form C', () => {
  expect(codes('Zoe\u0308')).toEqual(['not_nfc']);
});

test.each([
  ['Latin and Cyrillic letters', 'p\u0430ypal'],
  ['Cyrillic letters that all look like Latin ones', '\u0441\u043e\u0441\u043e'],
  ['those beside other characters', '\u0441\u043e\u0441\u043e-1'],
  ['Latin and Greek letters', 'r\u03bfot'],
  ['full-width letters', '\uff41dmin'],
  ['a ligature', '\ufb01sh'],
  ['a zero-width space', 'ad\u200bmin'],
  ['a soft hyphen', 'ad\u00admin'],
  ['a change of direction', 'ad\u202emin'],
  ['a control character', 'ad\u0007min'],
  ['a space before', ' admin'],
  ['a line break after', 'admin\n'],
])('%s are confusable', (_name, text) => {
  expect(codes(text)).toEqual(['confusable']);
});

test('long text is no slow text', () => {
  for (const text of ['\u0441'.repeat(100_000), `${'\u0441-'.repeat(100_000)}x`, '@'.repeat(100_000)]) {
    expect(identityWarnings(text).length).toBe(1);
  }
});

test('whoever asks is told when a token is made, and the token is made', () => {
  const onWarning = vi.fn();
  const good = { accountSid, apiKey, apiSecret, identity: 'a\u0308@b', grants: { chat: { serviceSid } }, onWarning };
  expect(createAccessToken(good)).toContain('.');
  createAccessToken({ ...good, identity: 'alice', apiSecret: 'x'.repeat(31) });
  createAccessToken({ ...good, identity: 'alice', apiSecret: 'ü'.repeat(16) });
  expect(onWarning.mock.calls.map(([{ code, argument }]) => [code, argument])).toEqual([
    ['reserved_characters', 'identity'],
    ['not_nfc', 'identity'],
    ['weak_secret', 'apiSecret'],
  ]);
});

test('a weak secret is logged once where nobody asks, and never itself', () => {
  const log = vi.spyOn(console, 'warn').mockReturnValue();
  try {
    const options = { accountSid, apiKey, apiSecret: 'too-short', identity: 'a@b', grants: { chat: { serviceSid } } };
    createAccessToken(options);
    createAccessToken(options);
    expect(log.mock.calls).toEqual([['apiSecret has fewer than 32 bytes; make a new API key']]);
  } finally {
    log.mockRestore();
  }
});
