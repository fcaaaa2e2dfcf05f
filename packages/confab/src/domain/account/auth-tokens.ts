import { generateAuthToken, type SecretBox } from '../../secrets/index.ts';
import type { WriteDb } from '../../store/seam.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command, TransactContext } from '../command.ts';
import { notFound } from '../errors.ts';
import { appendAccountEvent } from './append-account-event.ts';
import { claimMain, requireMain } from './require-main.ts';

export interface CreateSecondaryAuthTokenInput {
  secretBox: SecretBox;
}

/** An auth token, told this once. */
export interface NewAuthToken {
  authToken: string;
  /** In ms. */
  createdAt: number;
}

/**
 * Makes a second auth token of the account, good at once beside the first: with it, programs can be changed over one by one before it takes
 * the place of the first. A second one from before is replaced. Needs Main credentials.
 */
export const createSecondaryAuthToken: Command<
  CreateSecondaryAuthTokenInput,
  CreateSecondaryAuthTokenInput,
  NewAuthToken
> = {
  name: 'createSecondaryAuthToken',
  evenOnFullDisk: true,
  prepare: (_context, input) => input,
  async transact(context, { secretBox }) {
    const { actor, db, now } = context;
    const { account } = await claimMain(db, actor);
    const authToken = generateAuthToken();
    await db
      .updateTable('accounts')
      .set({
        secondary_auth_token: secretBox.seal(authToken, account.sid),
        secondary_auth_token_created_at: now,
        updated_at: now,
      })
      .where('id', '=', account.id)
      .execute();
    await recordAuthToken(context, 'auth_token.secondary_added');
    return { authToken, createdAt: now };
  },
};

export interface PromoteSecondaryAuthTokenInput {
  secretBox: SecretBox;
}

/**
 * Makes the account's second auth token its only one: the first is refused from now on. Tells it once more, since a program may rely on
 * the answer for it. Needs Main credentials.
 */
export const promoteSecondaryAuthToken: Command<
  PromoteSecondaryAuthTokenInput,
  PromoteSecondaryAuthTokenInput,
  NewAuthToken
> = {
  name: 'promoteSecondaryAuthToken',
  evenOnFullDisk: true,
  prepare: (_context, input) => input,
  async transact(context, { secretBox }) {
    const { actor, db, now } = context;
    const { account } = await claimMain(db, actor);
    const secondary = await claimSecondary(db, account.id);
    await db
      .updateTable('accounts')
      .set({ auth_token: secondary.sealed, ...NO_SECONDARY, updated_at: now })
      .where('id', '=', account.id)
      .execute();
    await recordAuthToken(context, 'auth_token.promoted');
    return { authToken: secretBox.open(secondary.sealed, account.sid), createdAt: secondary.createdAt };
  },
};

/** Takes the account's second auth token back. Needs Main credentials. */
export const deleteSecondaryAuthToken: Command<void, void, void> = {
  name: 'deleteSecondaryAuthToken',
  evenOnFullDisk: true,
  prepare: () => {},
  async transact(context) {
    const { actor, db, now } = context;
    const { account } = await claimMain(db, actor);
    await claimSecondary(db, account.id);
    await db
      .updateTable('accounts')
      .set({ ...NO_SECONDARY, updated_at: now })
      .where('id', '=', account.id)
      .execute();
    await recordAuthToken(context, 'auth_token.secondary_removed');
  },
};

/** Columns of an account without a second auth token. */
export const NO_SECONDARY = { secondary_auth_token: null, secondary_auth_token_created_at: null } as const;

/** The second token, its row locked. */
async function claimSecondary(db: WriteDb, accountId: number): Promise<{ sealed: string; createdAt: number }> {
  const { secondary_auth_token: sealed, secondary_auth_token_created_at: createdAt } = await db
    .updateTable('accounts')
    .set((column) => ({ updated_at: column.ref('updated_at') }))
    .where('id', '=', accountId)
    .returning(['secondary_auth_token', 'secondary_auth_token_created_at'])
    .executeTakeFirstOrThrow();
  if (sealed === null || createdAt === null) throw notFound('AuthTokens/Secondary');
  return { sealed, createdAt };
}

/** Writes down what became of the account's auth tokens. */
export async function recordAuthToken(context: TransactContext, action: string): Promise<void> {
  const { account, credentialSid } = requireMain(context.actor);
  await recordAudit(context, { action, subjectSid: account.sid });
  await appendAccountEvent(context, action, { sid: account.sid, credential: credentialSid });
}
