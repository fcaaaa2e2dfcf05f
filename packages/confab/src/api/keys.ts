import { type ListedApiKey, listApiKeys } from '../domain/index.ts';
import { apiKeyAt, KEYS_PAGE_MAXIMUM, revokeApiKeyAt } from './api-key-at.ts';
import { rfc2822 } from './dates.ts';
import { mainOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { required, sid } from './params.ts';

/** API keys in the newer of their two APIs (REST API 2). Secrets are shown once, when a key is made, and never here. */
export const keyOperations = [
  mainOperation({
    id: 'ListGetKeys',
    method: 'GET',
    path: '/Keys',
    status: 200,
    params: { AccountSid: required(sid('AC')), ...PAGE_PARAMS },
    async handle(call, given) {
      const { id, sid: accountSid } = call.actor.account;
      if (given.AccountSid !== accountSid) throw call.notFound();
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'keys',
        url: `${call.base}/Keys`,
        filters: { AccountSid: accountSid },
        order: 'asc',
        maximum: KEYS_PAGE_MAXIMUM,
        rows: (range) => listApiKeys(read, id, range),
        keyOf: (row) => row.id,
        view: (row) => ({ ...keyView(row), flags: ['rest_api', 'signing'] }),
      });
    },
  }),
  mainOperation({
    id: 'FetchKey',
    method: 'GET',
    path: '/Keys/{Sid}',
    status: 200,
    params: {},
    handle: async (call) => ({ ...keyView(await apiKeyAt(call)), policy: null }),
  }),
  mainOperation({
    id: 'DeleteKey',
    method: 'DELETE',
    path: '/Keys/{Sid}',
    status: 204,
    params: {},
    handle: revokeApiKeyAt,
  }),
];

/** What both APIs show of a key. */
export function keyView(row: Pick<ListedApiKey, 'sid' | 'friendly_name' | 'created_at' | 'updated_at'>) {
  return {
    sid: row.sid,
    friendly_name: row.friendly_name,
    date_created: rfc2822(row.created_at),
    date_updated: rfc2822(row.updated_at),
  };
}
