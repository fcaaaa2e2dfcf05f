import { generateAuthToken, type SecretBox } from '../../secrets/index.ts';
import { appendEvent } from '../../store/seam.ts';
import { nameOf } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import type { NewAuthToken } from './auth-tokens.ts';
import { claimMain } from './require-main.ts';

export interface ResetAuthTokenInput {
  secretBox: SecretBox;
}

/** Gives the account another auth token at once, for an operator who has lost theirs; a second one goes as well. Needs Main credentials. */
export const resetAuthToken: Command<ResetAuthTokenInput, ResetAuthTokenInput, NewAuthToken> = {
  name: 'resetAuthToken',
  prepare: (_context, input) => input,
  async transact(context, { secretBox }) {
    const { actor, db, now } = context;
    const { account, credentialSid } = await claimMain(db, actor);
    const authToken = generateAuthToken();
    await db
      .updateTable('accounts')
      .set({
        auth_token: secretBox.seal(authToken, account.sid),
        secondary_auth_token: null,
        secondary_auth_token_created_at: null,
        updated_at: now,
      })
      .where('id', '=', account.id)
      .execute();
    await recordAudit(context, { action: 'auth_token.reset', subjectSid: account.sid });
    await appendEvent(db, {
      service_id: 0,
      kind: 'auth_token.reset',
      subject_sid: account.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: account.sid, credential: credentialSid }),
      created_at: now,
    });
    return { authToken, createdAt: now };
  },
};
