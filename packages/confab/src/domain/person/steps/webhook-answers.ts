import { type ErasureStep, newestId, ROWS_LOOKED_AT } from '../step.ts';

/**
 * Forgets what webhooks answered where it may repeat what they were told of the person: answers that name them, those to events that were
 * about them, and to questions before a change, of which it is not kept what they were about. Comes after the event log, where the pseudonym
 * tells which events those are.
 */
export const webhookAnswersStep: ErasureStep = {
  end: ({ db }) => newestId(db, 'webhook_attempts'),
  async run({ db }, { accountSid, name, pseudonym }, { position, upTo }) {
    const rows = await db
      .selectFrom('webhook_attempts')
      .innerJoin('webhook_deliveries', 'webhook_deliveries.id', 'webhook_attempts.delivery_id')
      .innerJoin('accounts', 'accounts.id', 'webhook_deliveries.account_id')
      .leftJoin('event_log', 'event_log.id', 'webhook_deliveries.entry_id')
      .select(['webhook_attempts.id', 'accounts.sid as account_sid', 'answer', 'reason', 'event_log.actor', 'payload'])
      .where('webhook_attempts.id', '>', position)
      .where('webhook_attempts.id', '<=', upTo)
      .orderBy('webhook_attempts.id')
      .limit(ROWS_LOOKED_AT)
      .execute();
    const theirs = rows
      .filter(({ account_sid, answer, reason }) => account_sid === accountSid && (answer !== null || reason !== null))
      .filter(
        ({ answer, reason, actor, payload }) =>
          // Without an entry it was before a change, a message that is sent again, or the log has forgotten it.
          payload === null ||
          actor === pseudonym ||
          payload.includes(pseudonym) ||
          `${answer} ${reason}`.includes(name),
      )
      .map(({ id }) => id);
    if (theirs.length > 0)
      await db.updateTable('webhook_attempts').set({ answer: null, reason: null }).where('id', 'in', theirs).execute();
    return { position: rows.at(-1)?.id, entriesRedacted: theirs.length };
  },
};
