import { beforeEach, expect, it } from 'vitest';
import { type RestServer, startRestServer } from './support/rest-server.ts';

const OTHER_ACCOUNT = 'AC0123456789abcdef0123456789abcdef';
const OTHER_KEY = 'SK0123456789abcdef0123456789abcdef';

let server: RestServer;
beforeEach(async () => {
  server = await startRestServer();
  return () => server.stop();
});

/** Another account with one key. */
async function addOtherAccount(): Promise<void> {
  await server.store.write(async ({ db }) => {
    const times = { created_at: 0, updated_at: 0 };
    const { id } = await db
      .insertInto('accounts')
      .values({
        ...times,
        sid: OTHER_ACCOUNT,
        friendly_name: 'Other',
        status: 'active',
        auth_token: 'sealed elsewhere',
        default_service_id: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await db
      .insertInto('api_keys')
      .values({
        ...times,
        sid: OTHER_KEY,
        account_id: id,
        kind: 'main',
        friendly_name: 'x',
        secret: 'sealed elsewhere',
        revoked_at: null,
      })
      .execute();
  });
}

/** Every path of the account's own resources, for the account and key. */
const pathsOf = (account: string, key: string): string[] => [
  `/v1/Keys?AccountSid=${account}`,
  `/v1/Keys/${key}`,
  `/2010-04-01/Accounts/${account}.json`,
  ...['Keys', 'SigningKeys'].flatMap((resource) => [
    `/2010-04-01/Accounts/${account}/${resource}.json`,
    `/2010-04-01/Accounts/${account}/${resource}/${key}.json`,
  ]),
];

it('lets nobody see or touch what is of another account, or not there', async () => {
  await addOtherAccount();
  const unknown = `SK${'0'.repeat(32)}`;
  const [, , , foreignList = '', foreignKey = ''] = pathsOf(server.accountSid, OTHER_KEY);
  expect(await server.sendAs(foreignList)).toMatchObject({ json: { keys: [{ sid: server.apiKey }] } });
  for (const path of [
    ...pathsOf(OTHER_ACCOUNT, OTHER_KEY),
    ...pathsOf(OTHER_ACCOUNT, server.apiKey).filter((one) => one !== `/v1/Keys/${server.apiKey}`),
    foreignKey,
    `/v1/Keys/${unknown}`,
    '/v1/Keys/%00',
    '/v1/Keys/nonsense',
  ]) {
    expect(await server.sendAs(path)).toMatchObject({ status: 404, json: { code: 20404 } });
    if (path.includes('SK')) {
      expect(await server.sendAs(path, { method: 'DELETE' })).toMatchObject({ status: 404, json: { code: 20404 } });
    }
  }
  const suspend = { form: { Status: 'suspended' } };
  expect(await server.sendAs(`/2010-04-01/Accounts/${OTHER_ACCOUNT}.json`, suspend)).toMatchObject({ status: 404 });
  const rows = await server.store.read.selectFrom('api_keys').select('revoked_at').execute();
  expect(rows).toEqual([{ revoked_at: null }, { revoked_at: null }]);
  const accounts = await server.store.read.selectFrom('accounts').select('status').execute();
  expect(accounts).toEqual([{ status: 'active' }, { status: 'active' }]);
});

it('is for Main credentials only: a Standard key is refused, whatever it asks for', async () => {
  await server.store.write(({ db }) => db.updateTable('api_keys').set({ kind: 'standard' }).execute());
  const authorization = `Basic ${Buffer.from(`${server.apiKey}:${server.apiSecret}`).toString('base64')}`;
  const asStandard = (path: string, method: string) => server.send(path, { method, headers: { authorization } });
  expect(await asStandard('/v1/Services', 'GET')).toMatchObject({ status: 200 });
  for (const path of pathsOf(server.accountSid, server.apiKey).concat(pathsOf(OTHER_ACCOUNT, OTHER_KEY), '/v1/Keys')) {
    const methods = ['GET', ...(path.includes('SK') ? ['DELETE'] : []), ...(/AC\w+\.json/.test(path) ? ['POST'] : [])];
    for (const method of methods) {
      expect(await asStandard(path, method)).toMatchObject({ status: 401, json: { code: 20003 } });
    }
  }
  expect(await server.sendAs(`/v1/Keys/${server.apiKey}`)).toMatchObject({ status: 200 });
});

it('is found under its exact paths only', async () => {
  const account = `/2010-04-01/Accounts/${server.accountSid}`;
  for (const path of [
    account,
    `${account}.xml`,
    `${account}/Keys`,
    `${account}/Keys/${server.apiKey}`,
    `${account}/Keys/${server.apiKey}.csv`,
    `/v1/Keys/${server.apiKey}.json`,
  ]) {
    expect(await server.sendAs(path)).toMatchObject({
      status: 404,
      json: { code: 20404, message: `The requested resource ${path} was not found` },
    });
  }
  expect(await server.sendAs('/v1/Keys')).toMatchObject({
    status: 400,
    json: { code: 20001, details: { parameter: 'AccountSid' } },
  });
  expect(await server.sendAs(`${account}/Keys.json`, { method: 'DELETE' })).toMatchObject({ status: 405 });
});
