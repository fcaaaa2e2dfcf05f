import { appendEvent } from '../../store/seam.ts';
import { requireMain } from '../account/require-main.ts';
import { nameOf } from '../actor.ts';
import type { Command } from '../command.ts';
import { notFound } from '../errors.ts';
import { findApiKey } from './queries.ts';

export interface RevokeApiKeyInput {
  apiKeySid: string;
}

/**
 * Revokes an API key of the account: its tokens are refused from now on, and the sessions that they opened end on every node. Needs Main
 * credentials.
 */
export const revokeApiKey: Command<RevokeApiKeyInput, RevokeApiKeyInput, void> = {
  name: 'revokeApiKey',
  prepare: (_context, input) => input,
  async transact({ actor, db, rechecks, now }, { apiKeySid }) {
    const { account, credentialSid } = requireMain(actor);
    const key = await findApiKey(db, apiKeySid);
    if (key === undefined || key.account_id !== account.id || key.revoked_at !== null) {
      throw notFound(`Keys/${apiKeySid}`);
    }
    await db.updateTable('api_keys').set({ revoked_at: now, updated_at: now }).where('id', '=', key.id).execute();
    rechecks.push({ of: 'api_key', sid: key.sid });
    await appendEvent(db, {
      service_id: 0,
      kind: 'api_key.revoked',
      subject_sid: key.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: key.sid, friendly_name: key.friendly_name, credential: credentialSid }),
      created_at: now,
    });
  },
};
