import { type ErasureStep, ROWS_LOOKED_AT } from '../step.ts';

/** Forgets requests whose keys name the person. Those whose results were theirs went with the results. */
export const idempotencyKeysStep: ErasureStep = {
  async run({ db }, { service, name }, { position }) {
    const rows = await db
      .selectFrom('idempotency_keys')
      .select(['service_id', 'principal', 'operation', 'key', 'created_at'])
      .where('created_at', '>=', position)
      .orderBy('created_at')
      .limit(ROWS_LOOKED_AT)
      .execute();
    for (const row of rows) {
      // 0: of the account itself, such as the end of somebody's sessions.
      if ((row.service_id !== service.id && row.service_id !== 0) || !row.key.includes(name)) continue;
      await db
        .deleteFrom('idempotency_keys')
        .where('service_id', '=', row.service_id)
        .where('principal', '=', row.principal)
        .where('operation', '=', row.operation)
        .where('key', '=', row.key)
        .execute();
    }
    const last = rows.at(-1)?.created_at;
    if (last === undefined || rows.length < ROWS_LOOKED_AT) return {};
    // Of one millisecond there are never as many as a chunk has.
    return { position: Math.max(last, position + 1) };
  },
};
