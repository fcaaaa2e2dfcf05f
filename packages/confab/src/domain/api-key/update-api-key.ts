import { appendAccountEvent } from '../account/append-account-event.ts';
import { claimMain } from '../account/require-main.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { invalidParameter } from '../errors.ts';
import { claimApiKey } from './claim-api-key.ts';
import { checkFriendlyName } from './friendly-name.ts';
import { parsePolicy, shownPolicy } from './policy.ts';
import type { ListedApiKey } from './queries.ts';

export interface UpdateApiKeyInput {
  apiKeySid: string;
  /** Unchanged when absent; an empty one clears it. */
  friendlyName?: string | undefined;
  /** JSON that replaces the whole policy of a Restricted key. */
  policy?: string | undefined;
}

interface Plan {
  apiKeySid: string;
  friendlyName?: string | null;
  policy?: string;
}

/** Renames an API key of the account, or gives a Restricted key another policy, which counts from the next request on. Needs Main credentials. */
export const updateApiKey: Command<UpdateApiKeyInput, Plan, ListedApiKey> = {
  name: 'updateApiKey',
  prepare: (_context, { apiKeySid, friendlyName, policy }) => ({
    apiKeySid,
    ...(friendlyName !== undefined && { friendlyName: checkFriendlyName(friendlyName) }),
    ...(policy !== undefined && { policy: JSON.stringify({ allow: parsePolicy(policy) }) }),
  }),
  async transact(context, { apiKeySid, friendlyName, policy }) {
    const { actor, db, now } = context;
    const { account, credentialSid } = await claimMain(db, actor);
    const key = await claimApiKey(db, account.id, apiKeySid);
    if (policy !== undefined && key.kind !== 'restricted') {
      throw invalidParameter('Parameter Policy is for Restricted keys only.', 'Policy');
    }
    const changed = {
      friendly_name: friendlyName === undefined ? key.friendly_name : friendlyName,
      policy: policy ?? key.policy,
    };
    const row = await db
      .updateTable('api_keys')
      .set({ ...changed, updated_at: now })
      .where('id', '=', key.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const after = shownOf(row);
    await recordAudit(context, { action: 'api_key.updated', subjectSid: key.sid, before: shownOf(key), after });
    await appendAccountEvent(context, 'api_key.updated', { sid: key.sid, ...after, credential: credentialSid });
    return row;
  },
};

function shownOf({ friendly_name, policy }: Pick<ListedApiKey, 'friendly_name' | 'policy'>) {
  return { friendly_name, policy: shownPolicy(policy) };
}
