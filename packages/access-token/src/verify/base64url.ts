/**
 * Decodes base64url without padding (RFC 7515 2), or returns undefined when `text` is anything but the one canonical
 * encoding of its bytes: other alphabets, padding, white space, impossible lengths, spare bits that are not zero.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  // The decoder is lenient; encoding again is not.
  return bytes.toString('base64url') === text ? bytes : undefined;
}
