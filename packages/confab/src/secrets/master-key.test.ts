import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MasterKeyError, parseMasterKey } from './master-key.ts';

describe('parseMasterKey', () => {
  const key = randomBytes(32);
  const base64 = key.toString('base64');

  it.each([
    ['base64', base64],
    ['base64 without padding', base64.replace('=', '')],
    ['hexadecimal', key.toString('hex')],
    ['upper-case hexadecimal', key.toString('hex').toUpperCase()],
    ['text with space around it', ` ${base64}\n`],
  ])('reads %s', (_form, text) => {
    expect(parseMasterKey(text)).toEqual(key);
  });

  it.each([
    ['nothing', ' ', 'it is empty'],
    ['a passphrase', 'correct horse battery staple', 'characters that belong to neither base64'],
    ['base64url', `-_${base64.slice(2)}`, 'characters that belong to neither base64'],
    ['31 bytes of base64', randomBytes(31).toString('base64'), 'its base64 holds 31 bytes, and 32 are needed'],
    ['33 bytes of base64', randomBytes(33).toString('base64'), 'its base64 holds 33 bytes, and 32 are needed'],
    ['63 hexadecimal digits', key.toString('hex').slice(1), 'it has 63 hexadecimal digits, and 64 are needed'],
    ['a last character with bits too many', `${'A'.repeat(42)}B=`, 'damaged'],
    ['two signs of padding', `${base64}=`, 'damaged'],
    ['a placeholder', '0'.repeat(64), 'all its bytes are the same'],
  ])('refuses %s and says why', (_form, text, reason) => {
    expect(() => parseMasterKey(text)).toThrow(MasterKeyError);
    expect(() => parseMasterKey(text)).toThrow(reason);
  });

  it('does not repeat the key', () => {
    const short = randomBytes(31).toString('base64');
    expect(() => parseMasterKey(short)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(short) }),
    );
  });
});
