import { appendAccountEvent } from '../account/append-account-event.ts';
import { claimMain } from '../account/require-main.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { claimApiKey } from './claim-api-key.ts';
import { shownPolicy } from './policy.ts';

export interface RevokeApiKeyInput {
  apiKeySid: string;
}

/**
 * Revokes an API key of the account: its tokens are refused from now on, and the sessions that they opened end on every node. Needs Main
 * credentials.
 */
export const revokeApiKey: Command<RevokeApiKeyInput, RevokeApiKeyInput, void> = {
  name: 'revokeApiKey',
  evenOnFullDisk: true,
  prepare: (_context, input) => input,
  async transact(context, { apiKeySid }) {
    const { actor, db, rechecks, now } = context;
    const { account, credentialSid } = await claimMain(db, actor);
    const key = await claimApiKey(db, account.id, apiKeySid);
    await db.updateTable('api_keys').set({ revoked_at: now, updated_at: now }).where('id', '=', key.id).execute();
    rechecks.push({ of: 'api_key', sid: key.sid });
    await recordAudit(context, {
      action: 'api_key.revoked',
      subjectSid: key.sid,
      before: { kind: key.kind, friendly_name: key.friendly_name, policy: shownPolicy(key.policy) },
    });
    await appendAccountEvent(context, 'api_key.revoked', {
      sid: key.sid,
      friendly_name: key.friendly_name,
      credential: credentialSid,
    });
  },
};
