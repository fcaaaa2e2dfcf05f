import { purgeMediaBy } from '../../media/remove-media.ts';
import { type ErasureStep, newestId, ROWS_LOOKED_AT } from '../step.ts';

/**
 * Has what they uploaded go at the next sweep where no message has it: never attached, or removed before and kept for backups. The others
 * go, or are renamed, with their messages.
 */
export const filesStep: ErasureStep = {
  end: ({ db }) => newestId(db, 'media'),
  async run({ db }, { service, name, pseudonym }, { position, upTo }) {
    const rows = await db
      .selectFrom('media')
      .select(['id', 'service_id', 'author', 'message_sid', 'deleted_at'])
      .where('id', '>', position)
      .where('id', '<=', upTo)
      .orderBy('id')
      .limit(ROWS_LOOKED_AT)
      .execute();
    const theirs = rows
      .filter(({ service_id, author }) => service_id === service.id && author === name)
      .filter(({ message_sid, deleted_at }) => message_sid === null || deleted_at !== null)
      .map(({ id }) => id);
    if (theirs.length > 0) await purgeMediaBy(db, theirs, pseudonym);
    return { position: rows.at(-1)?.id };
  },
};
