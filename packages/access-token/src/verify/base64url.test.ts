import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBytes, encodeText } from '../shared/encode-base64url.ts';
import { decodeBase64url, decodePortably } from './decode-base64url.ts';

/** Any UTF-16, well formed or not. */
const anyText = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units));
const decoders = [decodeBase64url, (text: string) => wrap(decodePortably(text))];

function wrap(bytes: Uint8Array<ArrayBuffer> | undefined): Buffer | undefined {
  return bytes && Buffer.from(bytes);
}

test('encodes and decodes as Node does', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const encoded = Buffer.from(bytes).toString('base64url');
      expect(encodeBytes(bytes)).toBe(encoded);
      for (const decode of decoders) expect(decode(encoded)).toEqual(Buffer.from(bytes));
    }),
  );
});

test('encodes text as UTF-8', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(encodeText(text)).toBe(encodeBytes(new TextEncoder().encode(text)));
    }),
  );
});

test('decodes text exactly when it is the encoding of its bytes', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('A', 'B', 'Q', 'w', '-', '_', '=', '+') }));
  fc.assert(
    fc.property(text, (given) => {
      const bytes = Buffer.from(given, 'base64url');
      const canonical = bytes.toString('base64url') === given;
      for (const decode of decoders) expect(decode(given)).toEqual(canonical ? bytes : undefined);
    }),
  );
});

test.each([
  ['padding', 'YQ=='],
  ['the other alphabet', '+/+/'],
  ['white space', 'YW Jj'],
  ['a line break at the end', 'YWJj\n'],
  ['a length that no bytes have', 'YWJjZ'],
  ['spare bits that are not zero, after one byte', 'YR'],
  ['spare bits that are not zero, after two bytes', 'YWJ'],
  ['a dot', 'YW.j'],
  ['other letters', 'YWJé'],
  ['letters far from the alphabet', 'YW用户'],
])('refuses %s', (_name, text) => {
  for (const decode of decoders) expect(decode(text)).toBeUndefined();
});
