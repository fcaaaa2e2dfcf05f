import { generateApiSecret, type SecretBox } from '../../secrets/index.ts';
import { newRandomSid } from '../../sid.ts';
import type { ApiKeyKind } from '../../store/seam.ts';
import { appendAccountEvent } from '../account/append-account-event.ts';
import { claimMain } from '../account/require-main.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { invalidParameter } from '../errors.ts';
import { checkFriendlyName } from './friendly-name.ts';
import { parsePolicy, shownPolicy } from './policy.ts';
import type { ListedApiKey } from './queries.ts';

export interface CreateApiKeyInput {
  secretBox: SecretBox;
  kind: ApiKeyKind;
  friendlyName?: string | undefined;
  /** JSON; of a Restricted key, and of no other. */
  policy?: string | undefined;
}

interface Plan {
  secretBox: SecretBox;
  kind: ApiKeyKind;
  friendlyName: string | null;
  policy: string | null;
}

/** A key and its secret, which is told this once. */
export interface KeyWithSecret {
  sid: string;
  key: ListedApiKey;
  secret: string;
}

/** Makes an API key of the account. Needs Main credentials. */
export const createApiKey: Command<CreateApiKeyInput, Plan, KeyWithSecret> = {
  name: 'createApiKey',
  prepare: (_context, { secretBox, kind, friendlyName, policy }) => ({
    secretBox,
    kind,
    friendlyName: checkFriendlyName(friendlyName),
    policy: checkPolicy(kind, policy),
  }),
  async transact(context, { secretBox, kind, friendlyName, policy }) {
    const { actor, db, now } = context;
    const { account, credentialSid } = await claimMain(db, actor);
    const secret = generateApiSecret();
    const sid = newRandomSid('SK');
    const key = await db
      .insertInto('api_keys')
      .values({
        sid,
        account_id: account.id,
        kind,
        friendly_name: friendlyName,
        secret: secretBox.seal(secret, sid),
        policy,
        created_at: now,
        updated_at: now,
        revoked_at: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const shown = { kind, friendly_name: friendlyName, policy: shownPolicy(policy) };
    await recordAudit(context, { action: 'api_key.added', subjectSid: sid, after: shown });
    await appendAccountEvent(context, 'api_key.added', { sid, ...shown, credential: credentialSid });
    return { sid, key, secret };
  },
};

function checkPolicy(kind: ApiKeyKind, policy: string | undefined): string | null {
  if (kind === 'restricted') {
    if (policy === undefined) throw invalidParameter('Parameter Policy is required for a Restricted key.', 'Policy');
    return JSON.stringify({ allow: parsePolicy(policy) });
  }
  if (policy !== undefined) throw invalidParameter('Parameter Policy is for Restricted keys only.', 'Policy');
  return null;
}
