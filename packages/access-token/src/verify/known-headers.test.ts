import { expect, test } from 'vitest';
import { vectors } from '../test-support/vectors.ts';
import { knownHeaders } from './known-headers.ts';

test.each(vectors)('$library writes a header that need not be parsed, and it says the same', ({ token }) => {
  const encoded = token.slice(0, token.indexOf('.'));
  expect(knownHeaders.get(encoded)).toEqual(JSON.parse(Buffer.from(encoded, 'base64url').toString()));
});
