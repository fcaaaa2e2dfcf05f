import { type ListedApiKey, listApiKeys, rotateApiKey, shownPolicy } from '../domain/index.ts';
import { apiKeyAt, KEYS_PAGE_MAXIMUM } from './api-key-at.ts';
import { isoSeconds } from './dates.ts';
import { mainOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { integer } from './params.ts';

/** What the original service does not tell of keys, and their rotation. */
export const keyDetailOperations = [
  mainOperation({
    id: 'ListKeyDetails',
    root: '/confab/v1',
    method: 'GET',
    path: '/Keys',
    status: 200,
    params: PAGE_PARAMS,
    handle(call, given) {
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'keys',
        url: `${call.base}/Keys`,
        order: 'asc',
        maximum: KEYS_PAGE_MAXIMUM,
        rows: (range) => listApiKeys(read, call.actor.account.id, range),
        keyOf: (row) => row.id,
        view: keyDetails,
      });
    },
  }),
  mainOperation({
    id: 'FetchKeyDetails',
    root: '/confab/v1',
    method: 'GET',
    path: '/Keys/{Sid}',
    status: 200,
    params: {},
    handle: async (call) => keyDetails(await apiKeyAt(call)),
  }),
  mainOperation({
    id: 'RotateKey',
    root: '/confab/v1',
    method: 'POST',
    path: '/Keys/{Sid}/Rotate',
    status: 200,
    params: { OverlapSeconds: integer({ minimum: 0 }) },
    async handle(call, { OverlapSeconds: overlapSeconds }) {
      const { sid: apiKeySid } = await apiKeyAt(call);
      const { execute, secretBox } = call.context;
      const { key, secret } = await execute(rotateApiKey, call.actor, { secretBox, apiKeySid, overlapSeconds });
      return { ...keyDetails(key), secret };
    },
  }),
];

function keyDetails(row: ListedApiKey) {
  return {
    sid: row.sid,
    friendly_name: row.friendly_name,
    kind: row.kind,
    policy: shownPolicy(row.policy),
    previous_secret_ends_at: row.previous_secret_ends_at === null ? null : isoSeconds(row.previous_secret_ends_at),
    last_used_at: row.last_used_at === null ? null : isoSeconds(row.last_used_at),
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
  };
}
