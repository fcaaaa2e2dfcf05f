import type { Store } from '../../store/seam.ts';

/** Forgets up to `limit` keyed requests from before `before` (ms): no retry comes as late as that. Resolves with how many. */
export function expireIdempotencyKeys(store: Store, before: number, limit: number): Promise<number> {
  return store.write(async ({ db }) => {
    const { numDeletedRows } = await db
      .deleteFrom('idempotency_keys')
      .where(({ eb, refTuple, selectFrom }) =>
        eb(
          refTuple('service_id', 'principal', 'operation', 'key'),
          'in',
          selectFrom('idempotency_keys')
            .select(['service_id', 'principal', 'operation', 'key'])
            .where('created_at', '<', before)
            .orderBy('created_at')
            .limit(limit)
            .$asTuple('service_id', 'principal', 'operation', 'key'),
        ),
      )
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  });
}
