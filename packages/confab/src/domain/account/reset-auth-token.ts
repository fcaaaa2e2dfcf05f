import { generateAuthToken, type SecretBox } from '../../secrets/index.ts';
import type { Command } from '../command.ts';
import { type NewAuthToken, NO_SECONDARY, recordAuthToken } from './auth-tokens.ts';
import { claimMain } from './require-main.ts';

export interface ResetAuthTokenInput {
  secretBox: SecretBox;
}

/** Gives the account another auth token at once, for an operator who has lost theirs; a second one goes as well. Needs Main credentials. */
export const resetAuthToken: Command<ResetAuthTokenInput, ResetAuthTokenInput, NewAuthToken> = {
  name: 'resetAuthToken',
  evenOnFullDisk: true,
  prepare: (_context, input) => input,
  async transact(context, { secretBox }) {
    const { actor, db, now } = context;
    const { account } = await claimMain(db, actor);
    const authToken = generateAuthToken();
    await db
      .updateTable('accounts')
      .set({
        auth_token: secretBox.seal(authToken, account.sid),
        ...NO_SECONDARY,
        updated_at: now,
      })
      .where('id', '=', account.id)
      .execute();
    await recordAuthToken(context, 'auth_token.reset');
    return { authToken, createdAt: now };
  },
};
