import { createSecretBox, deriveKey, rotatingSecretBox, type SecretBox } from '../secrets/index.ts';

/** What opens the stored secrets: under both keys while the master key is rotated. */
export function secretBoxOf(masterKey: Buffer, previous: Buffer | undefined): SecretBox {
  return previous === undefined ? createSecretBox(masterKey) : rotatingSecretBox(masterKey, previous);
}

/** What signs continuation tokens, and what those of clients that are still there may be signed with. */
export function continuationKeys(masterKey: Buffer, previous: Buffer | undefined): [Buffer, ...Buffer[]] {
  const derive = (key: Buffer) => deriveKey(key, 'confab/continuation-token/1');
  return [derive(masterKey), ...(previous === undefined ? [] : [derive(previous)])];
}
