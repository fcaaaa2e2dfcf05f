import { redactFact } from '../redact.ts';
import { type ErasureStep, newestId, ROWS_LOOKED_AT } from '../step.ts';

/** Takes the person out of what the event log tells. Ids stay, so that consumers go on where they are. */
export const eventLogStep: ErasureStep = {
  end: ({ db }) => newestId(db, 'event_log'),
  async run({ db }, subject, { position, upTo }) {
    const rows = await db
      .selectFrom('event_log')
      .select(['id', 'service_id', 'kind', 'actor', 'payload'])
      .where('id', '>', position)
      .where('id', '<=', upTo)
      .orderBy('id')
      .limit(ROWS_LOOKED_AT)
      .execute();
    let entriesRedacted = 0;
    for (const { id, service_id, ...fact } of rows) {
      // What is told of the account itself may name the person as well.
      if (service_id !== subject.service.id && service_id !== 0) continue;
      const redacted = redactFact(fact, subject);
      if (redacted === undefined) continue;
      entriesRedacted += 1;
      await db.updateTable('event_log').set(redacted).where('id', '=', id).execute();
    }
    return { position: rows.at(-1)?.id, entriesRedacted };
  },
};
