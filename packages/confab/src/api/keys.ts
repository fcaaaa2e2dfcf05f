import { type ListedApiKey, listApiKeys, shownPolicy } from '../domain/index.ts';
import { apiKeyAt, createApiKeyFor, KEYS_PAGE_MAXIMUM, revokeApiKeyAt, updateApiKeyAt } from './api-key-at.ts';
import { rfc2822 } from './dates.ts';
import { type Call, mainOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { oneOf, required, sid, text } from './params.ts';

/** API keys in the newer of their two APIs (REST API 2). Secrets are shown once, when a key is made, and never here. */
export const keyOperations = [
  mainOperation({
    id: 'CreateNewKey',
    method: 'POST',
    path: '/Keys',
    status: 201,
    // The original knows `restricted` only; Standard is what it makes without.
    params: {
      AccountSid: required(sid('AC')),
      FriendlyName: text,
      KeyType: oneOf(['restricted', 'standard', 'main']),
      Policy: text,
    },
    async handle(call, { AccountSid, FriendlyName: friendlyName, KeyType: kind = 'standard', Policy: policy }) {
      requireAccountSid(call, AccountSid);
      const { key, secret } = await createApiKeyFor(call, { kind, friendlyName, policy });
      return { ...withPolicy(key), secret };
    },
  }),
  mainOperation({
    id: 'ListGetKeys',
    method: 'GET',
    path: '/Keys',
    status: 200,
    params: { AccountSid: required(sid('AC')), ...PAGE_PARAMS },
    async handle(call, given) {
      requireAccountSid(call, given.AccountSid);
      const { id, sid: accountSid } = call.actor.account;
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'keys',
        url: `${call.base}/Keys`,
        filters: { AccountSid: accountSid },
        order: 'asc',
        maximum: KEYS_PAGE_MAXIMUM,
        rows: (range) => listApiKeys(read, id, range),
        keyOf: (row) => row.id,
        view: (row) => ({ ...keyView(row), flags: flagsOf(row) }),
      });
    },
  }),
  mainOperation({
    id: 'FetchKey',
    method: 'GET',
    path: '/Keys/{Sid}',
    status: 200,
    params: {},
    handle: async (call) => withPolicy(await apiKeyAt(call)),
  }),
  mainOperation({
    id: 'UpdateKey',
    method: 'POST',
    path: '/Keys/{Sid}',
    status: 200,
    params: { FriendlyName: text, Policy: text },
    handle: async (call, { FriendlyName: friendlyName, Policy: policy }) =>
      withPolicy(await updateApiKeyAt(call, { friendlyName, policy })),
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

function requireAccountSid(call: Call, accountSid: string): void {
  if (accountSid !== call.actor.account.sid) throw call.notFound();
}

/** Restricted keys sign no tokens (access tokens 2). */
function flagsOf({ kind }: ListedApiKey): string[] {
  return kind === 'restricted' ? ['rest_api'] : ['rest_api', 'signing'];
}

function withPolicy(row: ListedApiKey) {
  return { ...keyView(row), policy: shownPolicy(row.policy) };
}

/** What both APIs show of a key. */
export function keyView(row: Pick<ListedApiKey, 'sid' | 'friendly_name' | 'created_at' | 'updated_at'>) {
  return {
    sid: row.sid,
    friendly_name: row.friendly_name,
    date_created: rfc2822(row.created_at),
    date_updated: rfc2822(row.updated_at),
  };
}
