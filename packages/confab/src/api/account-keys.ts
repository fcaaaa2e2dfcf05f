import { listApiKeys } from '../domain/index.ts';
import { inAccount } from './accounts.ts';
import { apiKeyAt, createApiKeyFor, KEYS_PAGE_MAXIMUM, revokeApiKeyAt, updateApiKeyAt } from './api-key-at.ts';
import { keyView } from './keys.ts';
import { mainOperation, type Operation } from './operation.ts';
import { page2010 } from './page-2010.ts';
import { PAGE_PARAMS } from './paging.ts';
import { text } from './params.ts';

/** API keys in the older of their two APIs, under both names that they have there (REST API 2). */
export const accountKeyOperations = [
  ...operationsOf({ noun: 'Key', resource: 'Keys', key: 'keys' }),
  ...operationsOf({ noun: 'SigningKey', resource: 'SigningKeys', key: 'signing_keys' }),
];

function operationsOf({ noun, resource, key }: { noun: string; resource: string; key: string }): Operation[] {
  const root = '/2010-04-01';
  const one = `/Accounts/{AccountSid}/${resource}/{Sid}.json`;
  return [
    mainOperation({
      id: `CreateNew${noun}`,
      root,
      method: 'POST',
      path: `/Accounts/{AccountSid}/${resource}.json`,
      status: 201,
      params: { FriendlyName: text },
      // Of the newer API. The original makes a Standard key instead: more than was asked for.
      unsupported: ['KeyType', 'Policy'],
      async handle(called, { FriendlyName: friendlyName }) {
        const call = await inAccount(called, 'AccountSid');
        const { key, secret } = await createApiKeyFor(call, { kind: 'standard', friendlyName });
        return { ...keyView(key), secret };
      },
    }),
    mainOperation({
      id: `List${noun}`,
      root,
      method: 'GET',
      path: `/Accounts/{AccountSid}/${resource}.json`,
      status: 200,
      params: PAGE_PARAMS,
      async handle(called, given) {
        const call = await inAccount(called, 'AccountSid');
        const { id, sid } = call.actor.account;
        const { read, limits } = call.context;
        return page2010(given, limits, {
          key,
          url: `${root}/Accounts/${sid}/${resource}.json`,
          order: 'asc',
          maximum: KEYS_PAGE_MAXIMUM,
          rows: (range) => listApiKeys(read, id, range),
          keyOf: (row) => row.id,
          view: (row) => keyView(row),
        });
      },
    }),
    mainOperation({
      id: `Fetch${noun}`,
      root,
      method: 'GET',
      path: one,
      status: 200,
      params: {},
      async handle(called) {
        const call = await inAccount(called, 'AccountSid');
        return keyView(await apiKeyAt(call));
      },
    }),
    mainOperation({
      id: `Update${noun}`,
      root,
      method: 'POST',
      path: one,
      status: 200,
      params: { FriendlyName: text },
      async handle(called, { FriendlyName: friendlyName }) {
        const call = await inAccount(called, 'AccountSid');
        return keyView(await updateApiKeyAt(call, { friendlyName }));
      },
    }),
    mainOperation({
      id: `Delete${noun}`,
      root,
      method: 'DELETE',
      path: one,
      status: 204,
      params: {},
      async handle(called) {
        const call = await inAccount(called, 'AccountSid');
        await revokeApiKeyAt(call);
      },
    }),
  ];
}
