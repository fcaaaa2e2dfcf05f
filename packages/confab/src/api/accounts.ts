import {
  type AccountRow,
  createSubaccount,
  findSubaccount,
  listAccounts,
  requireAccountRow,
  updateAccount,
} from '../domain/index.ts';
import { rfc2822 } from './dates.ts';
import { type Call, mainOperation } from './operation.ts';
import { page2010 } from './page-2010.ts';
import { PAGE_PARAMS } from './paging.ts';
import { oneOf, text } from './params.ts';

const ROOT = '/2010-04-01';
const STATUSES = oneOf(['active', 'suspended', 'closed']);

/** Largest page of a list of accounts (REST API 2). */
const PAGE_MAXIMUM = 1000;

/**
 * The account of the caller, and those that it owns (REST API 2). The credentials of an account that is suspended are refused everywhere, so
 * that it cannot make itself active again: only its owner can, or the operator at the command line.
 */
export const accountOperations = [
  mainOperation({
    id: 'CreateAccount',
    root: ROOT,
    method: 'POST',
    path: '/Accounts.json',
    status: 201,
    params: { FriendlyName: text },
    async handle(call, { FriendlyName: friendlyName }) {
      const { execute, read, secretBox } = call.context;
      const { id, authToken } = await execute(createSubaccount, call.actor, { secretBox, friendlyName });
      return { ...accountView(await requireAccountRow(read, id)), auth_token: authToken };
    },
  }),
  mainOperation({
    id: 'ListAccount',
    root: ROOT,
    method: 'GET',
    path: '/Accounts.json',
    status: 200,
    params: { FriendlyName: text, Status: STATUSES, ...PAGE_PARAMS },
    handle(call, given) {
      const { FriendlyName: friendlyName, Status: status } = given;
      const { read, limits } = call.context;
      return page2010(given, limits, {
        key: 'accounts',
        url: `${ROOT}/Accounts.json`,
        filters: { FriendlyName: friendlyName, Status: status },
        order: 'asc',
        maximum: PAGE_MAXIMUM,
        rows: (range) => listAccounts(read, call.actor.account.id, { friendlyName, status }, range),
        keyOf: (row) => row.id,
        view: accountView,
      });
    },
  }),
  mainOperation({
    id: 'FetchAccount',
    root: ROOT,
    method: 'GET',
    path: '/Accounts/{Sid}.json',
    status: 200,
    params: {},
    async handle(call) {
      const { actor } = await inAccount(call, 'Sid');
      return accountView(await requireAccountRow(call.context.read, actor.account.id));
    },
  }),
  mainOperation({
    id: 'UpdateAccount',
    root: ROOT,
    method: 'POST',
    path: '/Accounts/{Sid}.json',
    status: 200,
    params: { FriendlyName: text, Status: STATUSES },
    async handle(call, { FriendlyName: friendlyName, Status: status }) {
      const { id, sid: accountSid } = (await inAccount(call, 'Sid')).actor.account;
      const { read, execute } = call.context;
      if (friendlyName !== undefined || status !== undefined) {
        await execute(updateAccount, call.actor, { accountSid, friendlyName, status });
      }
      return accountView(await requireAccountRow(read, id));
    },
  }),
];

/**
 * The call as one in the account that the path names: the caller's own, or one that it owns, for which it may do everything. Any other is not
 * found: whether there is such a one is not theirs to know.
 */
export async function inAccount(call: Call, pathParameter: string): Promise<Call> {
  const sid = call.path(pathParameter);
  const { actor, context } = call;
  if (sid === actor.account.sid) return call;
  const account = await findSubaccount(context.read, actor.account.id, sid);
  if (account === undefined) throw call.notFound();
  return { ...call, actor: { ...actor, account } };
}

function accountView(row: AccountRow) {
  const path = `${ROOT}/Accounts/${row.sid}`;
  return {
    sid: row.sid,
    owner_account_sid: row.owner_sid ?? row.sid,
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
