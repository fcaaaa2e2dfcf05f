import {
  type CredentialRow,
  createCredential,
  deleteCredential,
  findCredential,
  listCredentials,
  updateCredential,
} from '../domain/index.ts';
import { isoSeconds } from './dates.ts';
import { accountOperation, type Call } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { clearable, flag, oneOf, type ParamValues, required, text } from './params.ts';

const TYPE = oneOf(['apn', 'gcm', 'fcm']);

const PARAMS = {
  FriendlyName: clearable(text),
  Certificate: clearable(text),
  PrivateKey: clearable(text),
  Sandbox: flag,
  ApiKey: clearable(text),
  Secret: clearable(text),
} as const;

/** REST API 9, "Credential". */
export const credentialOperations = [
  accountOperation({
    id: 'CreateCredential',
    method: 'POST',
    path: '/Credentials',
    status: 201,
    params: { Type: required(TYPE), ...PARAMS },
    async handle(call, { Type: type, ...given }) {
      const { execute } = call.context;
      return credentialView(call, await execute(createCredential, call.actor, { type, ...inputOf(call, given) }));
    },
  }),
  accountOperation({
    id: 'ListCredential',
    method: 'GET',
    path: '/Credentials',
    status: 200,
    params: PAGE_PARAMS,
    handle(call, given) {
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'credentials',
        url: `${call.base}/Credentials`,
        order: 'asc',
        rows: (range) => listCredentials(read, call.actor.account.id, range),
        keyOf: (row) => row.id,
        view: (row) => credentialView(call, row),
      });
    },
  }),
  accountOperation({
    id: 'FetchCredential',
    method: 'GET',
    path: '/Credentials/{Sid}',
    status: 200,
    params: {},
    handle: async (call) => credentialView(call, await credentialAt(call)),
  }),
  accountOperation({
    id: 'UpdateCredential',
    method: 'POST',
    path: '/Credentials/{Sid}',
    status: 200,
    params: { Type: TYPE, ...PARAMS },
    async handle(call, { Type: type, ...given }) {
      const { sid: credentialSid } = await credentialAt(call);
      const input = { credentialSid, type, ...inputOf(call, given) };
      return credentialView(call, await call.context.execute(updateCredential, call.actor, input));
    },
  }),
  accountOperation({
    id: 'DeleteCredential',
    method: 'DELETE',
    path: '/Credentials/{Sid}',
    status: 204,
    params: {},
    async handle(call) {
      const { sid: credentialSid } = await credentialAt(call);
      await call.context.execute(deleteCredential, call.actor, { credentialSid });
    },
  }),
];

function inputOf({ context }: Call, given: ParamValues<typeof PARAMS>) {
  return {
    secretBox: context.secretBox,
    friendlyName: given.FriendlyName,
    sandbox: given.Sandbox,
    secrets: {
      certificate: given.Certificate,
      private_key: given.PrivateKey,
      api_key: given.ApiKey,
      secret: given.Secret,
    },
  };
}

/** The credential of the account that the path names by SID. */
async function credentialAt(call: Call): Promise<CredentialRow> {
  const row = await findCredential(call.context.read, call.actor.account.id, call.path('Sid'));
  if (row === undefined) throw call.notFound();
  return row;
}

function credentialView({ base, actor }: Call, row: CredentialRow) {
  return {
    sid: row.sid,
    account_sid: actor.account.sid,
    friendly_name: row.friendly_name,
    type: row.type,
    // Text, of every type (REST API 4).
    sandbox: row.sandbox === 1 ? 'True' : 'False',
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    url: `${base}/Credentials/${row.sid}`,
  };
}
