import { redactJson } from '../redact.ts';
import { type ErasureStep, newestId, ROWS_LOOKED_AT } from '../step.ts';

/** Who waits to be added to a conversation that is being made is not added. */
export const joiningStep: ErasureStep = {
  end: ({ db }) => newestId(db, 'joining_participants'),
  async run({ db }, subject, { position, upTo }) {
    const rows = await db
      .selectFrom('joining_participants')
      .innerJoin('conversations', 'conversations.id', 'joining_participants.conversation_id')
      .select(['joining_participants.id', 'participant'])
      .where('conversations.service_id', '=', subject.service.id)
      .where('joining_participants.id', '>', position)
      .where('joining_participants.id', '<=', upTo)
      .orderBy('joining_participants.id')
      .limit(ROWS_LOOKED_AT)
      .execute();
    const theirs = rows.filter(({ participant }) => redactJson(participant, subject) !== undefined).map(({ id }) => id);
    if (theirs.length > 0) await db.deleteFrom('joining_participants').where('id', 'in', theirs).execute();
    return { position: rows.at(-1)?.id };
  },
};
