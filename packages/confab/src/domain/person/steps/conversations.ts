import { conversationRef } from '../../conversation/queries.ts';
import { type ErasureStep, newestId, ROWS_CHANGED, ROWS_LOOKED_AT } from '../step.ts';

/** Renames the person where they made a conversation. */
export const conversationsStep: ErasureStep = {
  end: ({ db }) => newestId(db, 'conversations'),
  async run({ db, changes, now }, subject, { position, upTo }) {
    const { service, name, pseudonym } = subject;
    const rows = await db
      .selectFrom('conversations')
      .select(['id', 'created_by'])
      .where('service_id', '=', service.id)
      .where('id', '>', position)
      .where('id', '<=', upTo)
      .orderBy('id')
      .limit(ROWS_LOOKED_AT)
      .execute();
    const theirs = rows.filter(({ created_by }) => created_by === name).slice(0, ROWS_CHANGED);
    for (const { id } of theirs) {
      const row = await db
        .updateTable('conversations')
        .set((eb) => ({ created_by: pseudonym, channel_event: eb('channel_event', '+', 1) }))
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined || row.deleted_at !== null) continue;
      const { channel_event: event, roster_event } = row;
      const conversation = conversationRef(service, row);
      changes.push({ object: 'channel', action: 'updated', event, at: now, conversation, roster_event, row });
    }
    return { position: theirs.length < ROWS_CHANGED ? rows.at(-1)?.id : theirs.at(-1)?.id };
  },
};
