import type { SecretBox } from '../../secrets/index.ts';
import { newRandomSid } from '../../sid.ts';
import type { PushType } from '../../store/seam.ts';
import { appendAccountEvent } from '../account/append-account-event.ts';
import { requireAccount } from '../account/require-main.ts';
import type { Command } from '../command.ts';
import { checkLength } from '../text.ts';
import { CREDENTIAL_COLUMNS, type CredentialRow, credentialForLog } from './queries.ts';
import { type CredentialSecrets, requireFitting, sealSecrets } from './secrets.ts';

export interface CreateCredentialInput {
  secretBox: SecretBox;
  type: PushType;
  friendlyName?: string | null | undefined;
  /** Of Apple's two services, the one for development. */
  sandbox?: boolean | undefined;
  secrets: CredentialSecrets;
}

interface Plan {
  sid: string;
  type: PushType;
  friendlyName: string | null;
  sandbox: boolean;
  sealed: CredentialSecrets;
}

/** Makes a push credential. Its secrets are encrypted before anything else sees them. For account credentials. */
export const createCredential: Command<CreateCredentialInput, Plan, CredentialRow> = {
  name: 'createCredential',
  prepare({ actor, limits }, { secretBox, type, friendlyName, sandbox = false, secrets }) {
    requireAccount(actor);
    if (friendlyName) checkLength('FriendlyName', friendlyName, limits.credentialFriendlyNameCharacters, 50003);
    requireFitting(type, secrets, sandbox);
    const sid = newRandomSid('CR');
    const sealed = sealSecrets(secretBox, sid, secrets, limits);
    return { sid, type, friendlyName: friendlyName || null, sandbox, sealed };
  },
  async transact(context, { sid, type, friendlyName, sandbox, sealed }) {
    const { actor, db, now } = context;
    const { account } = requireAccount(actor);
    const row = await db
      .insertInto('credentials')
      .values({
        sid,
        account_id: account.id,
        type,
        friendly_name: friendlyName,
        sandbox: Number(sandbox),
        certificate: sealed.certificate ?? null,
        private_key: sealed.private_key ?? null,
        api_key: sealed.api_key ?? null,
        secret: sealed.secret ?? null,
        created_at: now,
        updated_at: now,
      })
      .returning(CREDENTIAL_COLUMNS)
      .executeTakeFirstOrThrow();
    await appendAccountEvent(context, 'credential.added', { ...credentialForLog(row), created_at: now });
    return row;
  },
};
