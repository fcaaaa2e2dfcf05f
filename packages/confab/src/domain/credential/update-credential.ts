import type { SecretBox } from '../../secrets/index.ts';
import type { PushType } from '../../store/seam.ts';
import { appendAccountEvent } from '../account/append-account-event.ts';
import { requireAccount } from '../account/require-main.ts';
import type { Command } from '../command.ts';
import { notFound } from '../errors.ts';
import { checkLength } from '../text.ts';
import { CREDENTIAL_COLUMNS, type CredentialRow, credentialForLog } from './queries.ts';
import { CREDENTIAL_SECRETS, type CredentialSecrets, requireFitting, SECRET_NAMES, sealSecrets } from './secrets.ts';

export interface UpdateCredentialInput {
  secretBox: SecretBox;
  credentialSid: string;
  /** Absent: stays as it is. With another type, the secrets of the type before are forgotten. */
  type?: PushType | undefined;
  friendlyName?: string | null | undefined;
  sandbox?: boolean | undefined;
  secrets: CredentialSecrets;
}

interface Plan extends Omit<UpdateCredentialInput, 'secretBox' | 'secrets'> {
  sealed: CredentialSecrets;
}

/** Changes a push credential. For account credentials. */
export const updateCredential: Command<UpdateCredentialInput, Plan, CredentialRow> = {
  name: 'updateCredential',
  prepare({ actor, limits }, { secretBox, secrets, ...input }) {
    requireAccount(actor);
    const { friendlyName, credentialSid } = input;
    if (friendlyName) checkLength('FriendlyName', friendlyName, limits.credentialFriendlyNameCharacters, 50003);
    return { ...input, sealed: sealSecrets(secretBox, credentialSid, secrets, limits) };
  },
  async transact(context, { credentialSid, friendlyName, sealed, ...given }) {
    const { actor, db, now } = context;
    const { account } = requireAccount(actor);
    const locked = await db
      .updateTable('credentials')
      .set({ updated_at: now })
      .where('account_id', '=', account.id)
      .where('sid', '=', credentialSid)
      .returning(CREDENTIAL_COLUMNS)
      .executeTakeFirst();
    if (locked === undefined) throw notFound(`Credentials/${credentialSid}`);
    const { type = locked.type } = given;
    requireFitting(type, sealed, given.sandbox);
    const sandbox = type === 'apn' && (given.sandbox ?? locked.sandbox === 1);
    const row = await db
      .updateTable('credentials')
      .set({
        type,
        sandbox: Number(sandbox),
        ...(friendlyName !== undefined && { friendly_name: friendlyName || null }),
        ...sealed,
        ...Object.fromEntries(
          SECRET_NAMES.filter((name) => CREDENTIAL_SECRETS[name].type !== type).map((name) => [name, null]),
        ),
      })
      .where('id', '=', locked.id)
      .returning(CREDENTIAL_COLUMNS)
      .executeTakeFirstOrThrow();
    await appendAccountEvent(context, 'credential.updated', {
      ...credentialForLog(row),
      secrets_changed: SECRET_NAMES.filter((name) => sealed[name] !== undefined),
      updated_at: now,
    });
    return row;
  },
};
