import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecretBox, SecretBoxError } from './secret-box.ts';

const sid = 'SK00000000000000000000000000000001';
const otherSid = 'SK00000000000000000000000000000002';

function refusal(open: () => string): SecretBoxError['reason'] {
  try {
    open();
  } catch (error) {
    if (error instanceof SecretBoxError) return error.reason;
    throw error;
  }
  throw new Error('The secret was opened');
}

describe('createSecretBox', () => {
  const box = createSecretBox(randomBytes(32));

  it('opens what it sealed, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, row) => {
        expect(box.open(box.seal(secret, row), row)).toBe(secret);
      }),
    );
  });

  it('opens what another box under the same key sealed', () => {
    const key = randomBytes(32);
    expect(createSecretBox(key).open(createSecretBox(key).seal('secret', sid), sid)).toBe('secret');
  });

  it('never seals the same secret to the same text', () => {
    expect(new Set(Array.from({ length: 100 }, () => box.seal('secret', sid))).size).toBe(100);
  });

  it('does not open in another row', () => {
    expect(refusal(() => box.open(box.seal('secret', sid), otherSid))).toBe('tampered');
  });

  it('does not open after any change of the sealed bytes', () => {
    const sealed = box.seal('secret', sid);
    const [version, keyId, payload = ''] = sealed.split('.');
    const bytes = Buffer.from(payload, 'base64url');
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      const text = `${version}.${keyId}.${changed.toString('base64url')}`;
      expect(refusal(() => box.open(text, sid))).toBe('tampered');
    }
  });

  it('tells a secret sealed under another master key from a damaged one', () => {
    const sealed = createSecretBox(randomBytes(32)).seal('secret', sid);
    expect(refusal(() => box.open(sealed, sid))).toBe('other-key');
  });

  it.each(['', 'secret', '1.00000000.', '1.00000000.AAAA', '2.00000000.AAAA', '1.zz.AAAA', '1.00000000.AA AA'])(
    'calls %j malformed',
    (sealed) => {
      expect(refusal(() => box.open(sealed, sid))).toBe('malformed');
    },
  );

  it('calls an envelope of a later version malformed, not tampered', () => {
    const sealed = box.seal('secret', sid).replace(/^1\./, '2.');
    expect(refusal(() => box.open(sealed, sid))).toBe('malformed');
  });

  it('tells nothing of the secret in its errors', () => {
    const sealed = box.seal('hunter2hunter2', sid);
    expect(() => box.open(sealed, otherSid)).toThrow(/^(?!.*hunter2)(?!.*SK0)/);
  });

  it('has one check value per master key', () => {
    const key = randomBytes(32);
    expect(createSecretBox(key).keyCheck()).toBe(createSecretBox(key).keyCheck());
    expect(createSecretBox(key).keyCheck()).not.toBe(box.keyCheck());
    expect(box.keyCheck()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  // What is in databases already: a change of these values locks every operator out.
  it('keeps the envelope and the check value of version 1', () => {
    const known = createSecretBox(
      Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex'),
    );
    expect(known.keyCheck()).toBe('MQSvd-9F8spP1jybxbRKFK7Eh_zdOr1Ki8UQ9jL2s9w');
    expect(
      known.open('1.0d21eeaa.dcMMwX-yMqVSSnyeXydvC_dQkKdXxXNl1rxUOqsR6VGWgJ-RlgRoqveqR-ZngMSG4YJJehuEgKK5iW3M', sid),
    ).toBe('0123456789abcdefghijABCDEFGHIJ12');
  });
});
