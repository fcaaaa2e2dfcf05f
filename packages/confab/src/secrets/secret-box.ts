import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { deriveKey } from './derive-key.ts';

/** Encrypts the secrets that the database holds. */
export interface SecretBox {
  /** Encrypts `plaintext`. `associatedData` is the SID of the row that holds the result: it opens in that row only. */
  seal(plaintext: string, associatedData: string): string;
  /** The plaintext of what `seal` returned for the same associated data. Throws SecretBoxError. */
  open(sealed: string, associatedData: string): string;
  /** A value to keep in the database, by which a start under another master key is noticed. Reveals nothing of the key. */
  keyCheck(): string;
  /** Whether a database with this check value may be used. */
  accepts(keyCheck: string): boolean;
  /** Whether this is how `seal` would seal it now: false under a master key that is rotated out. */
  isCurrent(sealed: string): boolean;
  /**
   * A text as hashes that only a holder of the master key can compute: that under the present key first, then that under one which is rotated
   * out. Keeps it comparable where it must not be kept. Hashes of different kinds of text cannot be compared.
   */
  hashesOf(text: string, kind?: HashedKind): [string, ...string[]];
}

export type HashedKind = 'name' | 'request';

/** A sealed secret that cannot be opened. The message holds neither the secret nor the sealed text. */
export class SecretBoxError extends Error {
  override readonly name = 'SecretBoxError';
  readonly reason: 'malformed' | 'other-key' | 'tampered';

  constructor(reason: SecretBoxError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

const VERSION = '1';
const CIPHER = 'aes-256-gcm';
// NIST SP 800-38D 8.2.2: random 96-bit nonces are safe for 2^32 messages under one key; Confab seals one per credential.
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ENVELOPE = /^([0-9]+)\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/;

/**
 * A box under `masterKey` (32 bytes).
 *
 * A sealed secret is text: `1.<key id>.<base64url of nonce, ciphertext, tag>`. The key id tells which master key sealed
 * it, so that a rotation can open with the old key and seal with the new one; version, key id and associated data are
 * authenticated with the ciphertext.
 */
export function createSecretBox(masterKey: Buffer): SecretBox {
  // A key object: given bytes, Node takes ten times as long for each call.
  const key = createSecretKey(deriveKey(masterKey, 'confab/secret-box/1'));
  const keyId = deriveKey(masterKey, 'confab/secret-box/key-id').toString('hex', 0, 4);
  const check = createHmac('sha256', deriveKey(masterKey, 'confab/key-check/1')).update('confab').digest('base64url');
  const hashKeys = {
    name: deriveKey(masterKey, 'confab/name-hash/1'),
    request: deriveKey(masterKey, 'confab/request-hash/1'),
  } satisfies Record<HashedKind, Buffer>;
  const authenticated = (associatedData: string) => Buffer.from(`${VERSION}.${keyId}.${associatedData}`);

  return {
    seal(plaintext, associatedData) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(
        authenticated(associatedData),
      );
      const box = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${keyId}.${box.toString('base64url')}`;
    },

    open(sealed, associatedData) {
      const [, version, sealedUnder, payload] = ENVELOPE.exec(sealed) ?? [];
      const box = Buffer.from(payload ?? '', 'base64url');
      if (version !== VERSION || box.length < NONCE_BYTES + TAG_BYTES) {
        throw new SecretBoxError('malformed', 'A stored secret is not in a form that this version of Confab can read.');
      }
      if (sealedUnder !== keyId) {
        throw new SecretBoxError('other-key', 'A stored secret was encrypted under another master key.');
      }
      const decipher = createDecipheriv(CIPHER, key, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(authenticated(associatedData))
        .setAuthTag(box.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(box.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch {
        throw new SecretBoxError('tampered', 'A stored secret was changed, or moved from another row.');
      }
    },

    keyCheck: () => check,
    accepts: (keyCheck) => keyCheck === check,
    isCurrent: (sealed) => sealed.startsWith(`${VERSION}.${keyId}.`),
    hashesOf: (text, kind = 'name') => [createHmac('sha256', hashKeys[kind]).update(text).digest('base64url')],
  };
}
