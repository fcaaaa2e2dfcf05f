import { type JsonObject, own } from '../../verify/json-object.ts';
import type { Refused } from '../types.ts';

/**
 * The identity that a claim names. One that looks like an e-mail address has to be the verified address of the token: providers let people
 * type in `email`, `preferred_username` and the like, and whoever types in another's would be taken for them. `sub` is the provider's own,
 * whatever it looks like.
 */
export function identityOf(claims: JsonObject, claim: string): { readonly identity: string } | Refused {
  const identity = own(claims, claim);
  if (typeof identity !== 'string' || identity === '') return { refused: `the claim ${claim} is missing or no text` };
  const needsProof = claim === 'email' || (claim !== 'sub' && identity.includes('@'));
  if (!needsProof) return { identity };
  if (own(claims, 'email') !== identity) return { refused: `the claim ${claim} is not the address in email` };
  return own(claims, 'email_verified') === true ? { identity } : { refused: 'email_verified is not true' };
}
