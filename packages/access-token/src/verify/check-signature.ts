import { hmac } from '../shared/hmac.ts';
import { nodeCrypto, webCrypto } from '../shared/runtime.ts';
import type { KeyRecord } from './key-record.ts';
import { TokenRefusal } from './token-refusal.ts';

type Secret = KeyRecord['secrets'][number];

/** Whether `signature` is the HMAC-SHA256 of `text` under `secret`. Takes the same time wherever the two differ. */
type HmacCheck = (secret: Secret, text: string, signature: Uint8Array<ArrayBuffer>) => boolean | Promise<boolean>;

const HMAC_BYTES = 32;

/**
 * Checks the HMAC-SHA256 of the token against each live secret, in constant time (RFC 7518 3.2).
 *
 * @throws {TokenRefusal} 20107
 */
export async function checkSignature(
  signingInput: string,
  signature: Uint8Array<ArrayBuffer>,
  secrets: KeyRecord['secrets'],
): Promise<void> {
  if (signature.length !== HMAC_BYTES) {
    throw new TokenRefusal(20107, `the signature has ${signature.length} bytes, not ${HMAC_BYTES}`);
  }
  const matches = hmacCheck();
  for (const secret of secrets) {
    // Anybody can sign with an empty secret.
    if (secret.length > 0 && (await matches(secret, signingInput, signature))) return;
  }
  throw new TokenRefusal(20107, 'the signature was not made with a live secret of the API key that iss names');
}

/** The runtime's fastest: node:crypto, else WebCrypto. */
function hmacCheck(): HmacCheck {
  const node = nodeCrypto();
  if (node !== undefined) return withNode(node);
  const subtle = webCrypto();
  if (subtle !== undefined) return withWebCrypto(subtle);
  throw new Error(
    'there is no WebCrypto to check a signature with: browsers have it only on HTTPS pages and localhost',
  );
}

function withNode(node: NonNullable<ReturnType<typeof nodeCrypto>>): HmacCheck {
  return (secret, text, signature) =>
    node.timingSafeEqual(Buffer.from(hmac(node, secret, text), 'base64url'), signature);
}

function withWebCrypto(subtle: SubtleCrypto): HmacCheck {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return async (secret, text, signature) => {
    const bytes = typeof secret === 'string' ? encoder.encode(secret) : Uint8Array.from(secret);
    const key = await subtle.importKey('raw', bytes, algorithm, false, ['verify']);
    return subtle.verify(algorithm, key, signature, encoder.encode(text));
  };
}
