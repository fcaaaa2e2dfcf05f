import { type ErasureStep, ROWS_LOOKED_AT } from '../step.ts';

/** Every node has applied an end by then, whatever hint of it was lost. */
const APPLIED_AFTER_MS = 60_000;

/**
 * Forgets which sessions of the person the operator ended: those sessions ended with the user. An end of this minute that holds for other
 * services, too, is left to its age (a day), since a session there may not have heard of it yet.
 */
export const sessionEndsStep: ErasureStep = {
  async run({ db, now }, { service, name }) {
    const rows = await db
      .selectFrom('session_ends')
      .innerJoin('services', 'services.account_id', 'session_ends.account_id')
      .select('session_ends.id')
      .where('services.id', '=', service.id)
      .where('identity', '=', name)
      .where(({ eb, or, and }) =>
        or([
          eb('service_sid', '=', service.sid),
          and([eb('service_sid', 'is', null), eb('session_ends.created_at', '<', now - APPLIED_AFTER_MS)]),
        ]),
      )
      .limit(ROWS_LOOKED_AT)
      .execute();
    if (rows.length === 0) return {};
    const ids = rows.map(({ id }) => id);
    await db.deleteFrom('session_ends').where('id', 'in', ids).execute();
    return { position: 0 };
  },
};
