import { createSecretBox, deriveKey, rotatingSecretBox, type SecretBox } from '../secrets/index.ts';

/** What opens the stored secrets: under both keys while the master key is rotated. */
export function secretBoxOf(masterKey: Buffer, previous: Buffer | undefined): SecretBox {
  return previous === undefined ? createSecretBox(masterKey) : rotatingSecretBox(masterKey, previous);
}

/** What signs continuation tokens, and what those of clients that are still there may be signed with. */
export function continuationKeys(masterKey: Buffer, previous: Buffer | undefined): [Buffer, ...Buffer[]] {
  return keysFor('confab/continuation-token/1', masterKey, previous);
}

/** The same for temporary links to files. */
export function mediaLinkKeys(masterKey: Buffer, previous: Buffer | undefined): [Buffer, ...Buffer[]] {
  return keysFor('confab/media-link/1', masterKey, previous);
}

function keysFor(purpose: string, masterKey: Buffer, previous: Buffer | undefined): [Buffer, ...Buffer[]] {
  return [deriveKey(masterKey, purpose), ...(previous === undefined ? [] : [deriveKey(previous, purpose)])];
}
