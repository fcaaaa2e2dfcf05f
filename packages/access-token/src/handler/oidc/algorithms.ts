/** How a JWS algorithm is verified, and which keys are meant for it (RFC 7518 3, RFC 8037 3). */
interface AlgorithmSpec {
  readonly kty: 'RSA' | 'EC' | 'OKP';
  readonly crv?: string;
  readonly importAs: RsaHashedImportParams | EcKeyImportParams | { name: string };
  readonly verifyWith: RsaPssParams | EcdsaParams | { name: string };
}

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const RSA_PSS = { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 };
const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const ED25519 = { name: 'Ed25519' };

/**
 * All that are known. None is symmetric: the keys of a provider are public, and a public key that was taken for a secret would verify what
 * anybody signs with it (RFC 8725 2.1).
 */
export const ALGORITHMS = {
  RS256: { kty: 'RSA', importAs: RSA, verifyWith: RSA },
  PS256: { kty: 'RSA', importAs: RSA_PSS, verifyWith: RSA_PSS },
  ES256: { kty: 'EC', crv: 'P-256', importAs: P256, verifyWith: P256 },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', importAs: ED25519, verifyWith: ED25519 },
} as const satisfies Record<string, AlgorithmSpec>;

export type Algorithm = keyof typeof ALGORITHMS;

export function isAlgorithm(name: unknown): name is Algorithm {
  return typeof name === 'string' && Object.hasOwn(ALGORITHMS, name);
}

/** What there is to know of an algorithm. */
export function specOf(algorithm: Algorithm): AlgorithmSpec {
  return ALGORITHMS[algorithm];
}
