import { KEY_BYTES } from './derive-key.ts';

/** A master key that cannot be used. The message says why and what to do, and never holds the key. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError';
}

const HOW_TO_MAKE_ONE = '`openssl rand -base64 32` makes one';

/**
 * The 32 bytes of a master key written as 64 hexadecimal digits or in base64 (RFC 4648 4; padding may be left out).
 * Space around it is ignored. Throws MasterKeyError.
 */
export function parseMasterKey(text: string): Buffer {
  const key = decode(text.trim());
  // What a placeholder such as 000...0 decodes to.
  if (key.every((byte) => byte === key[0])) {
    throw new MasterKeyError(`all its bytes are the same, so it is no random key; ${HOW_TO_MAKE_ONE}`);
  }
  return key;
}

function decode(text: string): Buffer {
  if (text === '') throw new MasterKeyError(`it is empty; ${HOW_TO_MAKE_ONE}`);
  if (/^[0-9a-f]+$/i.test(text)) return decodeHex(text);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    throw new MasterKeyError('it has characters that belong to neither base64 (A-Z a-z 0-9 + / =) nor hexadecimal');
  }
  const key = Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES) throw new MasterKeyError(wrongLength('base64', key.length));
  // Node decodes what it can of a damaged text; only the one spelling of 32 bytes is let through.
  const canonical = key.toString('base64');
  if (text !== canonical && text !== canonical.replace('=', '')) {
    throw new MasterKeyError('its base64 is damaged at the end; copy it anew');
  }
  return key;
}

function decodeHex(text: string): Buffer {
  if (text.length !== 2 * KEY_BYTES) {
    throw new MasterKeyError(
      `it has ${text.length} hexadecimal digits, and ${2 * KEY_BYTES} are needed for ${KEY_BYTES} bytes; ${HOW_TO_MAKE_ONE}`,
    );
  }
  return Buffer.from(text, 'hex');
}

function wrongLength(form: string, bytes: number): string {
  return `its ${form} holds ${bytes} bytes, and ${KEY_BYTES} are needed; ${HOW_TO_MAKE_ONE}`;
}
