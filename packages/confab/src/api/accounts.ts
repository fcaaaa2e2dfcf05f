import { type AccountRow, requireAccountRow, setAccountStatus } from '../domain/index.ts';
import { rfc2822 } from './dates.ts';
import { type Call, mainOperation } from './operation.ts';
import { badParameter, oneOf } from './params.ts';

/**
 * The account of the caller (REST API 2). A suspended account's credentials are refused everywhere, so that none of them can make it active
 * again: `Status=active` only confirms what is.
 */
export const accountOperations = [
  mainOperation({
    id: 'FetchAccount',
    root: '/2010-04-01',
    method: 'GET',
    path: '/Accounts/{Sid}.json',
    status: 200,
    params: {},
    async handle(call) {
      requireOwnAccount(call, 'Sid');
      return accountView(await requireAccountRow(call.context.read, call.actor.account.id));
    },
  }),
  mainOperation({
    id: 'UpdateAccount',
    root: '/2010-04-01',
    method: 'POST',
    path: '/Accounts/{Sid}.json',
    status: 200,
    params: { Status: oneOf(['active', 'suspended', 'closed']) },
    unsupported: ['FriendlyName'],
    async handle(call, { Status: status }) {
      requireOwnAccount(call, 'Sid');
      const { read, execute } = call.context;
      if (status === 'closed') throw badParameter('Status', 'closed is not supported by this release');
      if (status !== undefined) await execute(setAccountStatus, call.actor, { status });
      return accountView(await requireAccountRow(read, call.actor.account.id));
    },
  }),
];

/** Refuses a path that names another account than the caller's: whether there is such a one is not theirs to know. */
export function requireOwnAccount(call: Call, pathParameter: string): void {
  if (call.path(pathParameter) !== call.actor.account.sid) throw call.notFound();
}

function accountView(row: AccountRow) {
  const path = `/2010-04-01/Accounts/${row.sid}`;
  return {
    sid: row.sid,
    owner_account_sid: row.sid,
    friendly_name: row.friendly_name,
    status: row.status,
    type: 'Full',
    // Shown once, when it was made (invariant 8).
    auth_token: null,
    date_created: rfc2822(row.created_at),
    date_updated: rfc2822(row.updated_at),
    uri: `${path}.json`,
    subresource_uris: { keys: `${path}/Keys.json`, signing_keys: `${path}/SigningKeys.json` },
  };
}
