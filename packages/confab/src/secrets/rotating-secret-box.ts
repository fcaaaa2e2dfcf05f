import { createSecretBox, type SecretBox, SecretBoxError } from './secret-box.ts';

/** A box under `masterKey` that also opens what `previous` has sealed, and accepts a database that was made with it: for a rotation. */
export function rotatingSecretBox(masterKey: Buffer, previous: Buffer): SecretBox {
  const [current, old] = [createSecretBox(masterKey), createSecretBox(previous)];
  return {
    ...current,
    open(sealed, associatedData) {
      try {
        return current.open(sealed, associatedData);
      } catch (error) {
        if (!(error instanceof SecretBoxError && error.reason === 'other-key')) throw error;
        return old.open(sealed, associatedData);
      }
    },
    hashesOf: (text, kind) => [...current.hashesOf(text, kind), ...old.hashesOf(text, kind)],
    accepts: (keyCheck) => current.accepts(keyCheck) || old.accepts(keyCheck),
  };
}
