import { checkSignature } from '../verify/check-signature.ts';
import { TokenRefusal } from '../verify/token-refusal.ts';
import { error, type Finding } from './finding.ts';

type Secret = string | Uint8Array;

/**
 * Why a token that no secret has signed was not: names the mistake when the signature fits the secret in another form.
 */
export async function explainSignature(
  signingInput: string,
  signature: Uint8Array<ArrayBuffer>,
  secrets: readonly Secret[],
): Promise<Finding | undefined> {
  try {
    await checkSignature(signingInput, signature, secrets);
    return undefined;
  } catch (refusal) {
    if (!(refusal instanceof TokenRefusal)) throw refusal;
    for (const secret of secrets) {
      for (const [form, mistake] of otherForms(secret)) {
        if (await isSignedWith(form, signingInput, signature)) return error(20107, mistake);
      }
    }
    return error(20107, refusal.reason);
  }
}

/** The secret as programs get it wrong. */
function otherForms(secret: Secret): [Secret, string][] {
  if (typeof secret !== 'string') return [];
  return [
    [secret.trim(), 'the secret that was given has white space around it; the token was signed without that'],
    [`${secret}\n`, 'the token was signed with a line break after the secret'],
    [bytesOf(secret, 'base64'), 'the token was signed with the secret decoded from base64; its text is the key'],
    [bytesOf(secret, 'hex'), 'the token was signed with the secret decoded from hex; its text is the key'],
  ];
}

function bytesOf(text: string, encoding: 'base64' | 'hex'): Uint8Array {
  try {
    if (encoding === 'base64') {
      const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
      return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    }
    return Uint8Array.from(text.match(/[0-9a-f]{2}/gi) ?? [], (digits) => Number.parseInt(digits, 16));
  } catch {
    return new Uint8Array(); // not base64; an empty secret never fits
  }
}

async function isSignedWith(
  secret: Secret,
  signingInput: string,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    await checkSignature(signingInput, signature, [secret]);
    return true;
  } catch (refusal) {
    if (refusal instanceof TokenRefusal) return false;
    throw refusal;
  }
}
