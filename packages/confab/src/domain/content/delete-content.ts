import { appendAccountEvent } from '../account/append-account-event.ts';
import { requireAccount } from '../account/require-main.ts';
import type { Command } from '../command.ts';
import { notFound } from '../errors.ts';

export interface DeleteContentInput {
  contentSid: string;
}

/** Deletes a content template. Messages that were made with it stay as they are. For account credentials. */
export const deleteContent: Command<DeleteContentInput, DeleteContentInput, void> = {
  name: 'deleteContent',
  evenOnFullDisk: true,
  prepare({ actor }, input) {
    requireAccount(actor);
    return input;
  },
  async transact(context, { contentSid }) {
    const { actor, db, now } = context;
    const { account } = requireAccount(actor);
    const row = await db
      .deleteFrom('contents')
      .where('account_id', '=', account.id)
      .where('sid', '=', contentSid)
      .returning(['sid', 'friendly_name'])
      .executeTakeFirst();
    if (row === undefined) throw notFound(`Content/${contentSid}`);
    await appendAccountEvent(context, 'content.removed', { ...row, removed_at: now });
  },
};
