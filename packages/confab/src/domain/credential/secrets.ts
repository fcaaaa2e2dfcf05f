import type { Limits } from '../../config/index.ts';
import type { SecretBox } from '../../secrets/index.ts';
import type { PushType } from '../../store/seam.ts';
import { invalidParameter } from '../errors.ts';
import { checkBytes } from '../text.ts';

/** The secrets of a push credential, and the one type that each is for, by what they are called in requests (lifecycle 8). */
export const CREDENTIAL_SECRETS = {
  certificate: { parameter: 'Certificate', type: 'apn' },
  private_key: { parameter: 'PrivateKey', type: 'apn' },
  api_key: { parameter: 'ApiKey', type: 'gcm' },
  secret: { parameter: 'Secret', type: 'fcm' },
} as const satisfies Record<string, { parameter: string; type: PushType }>;

type SecretName = keyof typeof CREDENTIAL_SECRETS;

export const SECRET_NAMES = ['certificate', 'private_key', 'api_key', 'secret'] as const satisfies SecretName[];

/** Absent: stays as it is. Null or empty: none. */
export type CredentialSecrets = Readonly<{ [Name in SecretName]?: string | null | undefined }>;

/** The secrets that are given, encrypted for the row with this SID. Refuses (20001) those that are too long. */
export function sealSecrets(
  secretBox: SecretBox,
  sid: string,
  given: CredentialSecrets,
  limits: Pick<Limits, 'credentialSecretBytes'>,
): CredentialSecrets {
  const sealed: { [Name in SecretName]?: string | null } = {};
  for (const name of SECRET_NAMES) {
    const value = given[name];
    if (value === undefined) continue;
    if (value !== null) checkBytes(CREDENTIAL_SECRETS[name].parameter, value, limits.credentialSecretBytes, 20001);
    sealed[name] = value ? secretBox.seal(value, sid) : null;
  }
  return sealed;
}

/** The secrets that a row of `credentials` has, as they are stored, by the names of their columns. */
export function sealedSecretsOf(
  row: Readonly<Record<SecretName, string | null>>,
): readonly (readonly [SecretName, string])[] {
  return SECRET_NAMES.flatMap((name) => {
    const sealed = row[name];
    return sealed === null ? [] : [[name, sealed] as const];
  });
}

/** Refuses (20001) what is for another type of credential than this, rather than dropping it. */
export function requireFitting(type: PushType, given: CredentialSecrets, sandbox: boolean | undefined): void {
  for (const name of SECRET_NAMES) {
    const { parameter, type: wanted } = CREDENTIAL_SECRETS[name];
    if (given[name] && wanted !== type) {
      throw invalidParameter(
        `${parameter} is for credentials of type ${wanted}, and this is one of type ${type}.`,
        parameter,
      );
    }
  }
  if (sandbox === true && type !== 'apn') {
    throw invalidParameter(`Sandbox is for credentials of type apn, and this is one of type ${type}.`, 'Sandbox');
  }
}
