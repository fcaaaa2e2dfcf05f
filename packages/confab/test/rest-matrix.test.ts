import { beforeEach, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../src/api/index.ts';
import type { Form, Operation } from '../src/api/operation.ts';
import { FOREIGN_ACCOUNT, FOREIGN_CONNECTION, liveConnections, OWN_CONNECTION } from './support/live-connections.ts';
import { type RestServer, startRestServer } from './support/rest-server.ts';
import { pathsOf, populate, populateAccount, type World } from './support/rest-world.ts';

/**
 * Who may do what, for every operation that is declared: nothing has to be added here for a new one, unless it is about a kind of resource
 * that the world lacks. What SDK users may do, as members and otherwise, is in realtime/authorisation.test.ts: membership means nothing to
 * the account's own credentials.
 */

/** Nothing but Main credentials reach these (REST API 2): accounts, keys, and all that is known of a person. */
const MAIN_ONLY =
  /^(?:accounts|keys|signing-keys|auth-tokens|audit-log|connections|taps|erasures|person-export|retention)\b/;

/** Would end the credential that the rest of the test asks with. */
const ENDS_CREDENTIALS = new Set(['PromoteAuthToken', 'RotateKey']);

const calls: readonly { operation: Operation; form: Form }[] = OPERATIONS.flatMap((operation) =>
  operation.forms.map((form) => ({ operation, form })),
);

let server: RestServer;
beforeEach(async () => {
  server = await startRestServer({ connections: liveConnections(() => server.accountSid) });
  return () => server.stop();
});

const basic = (username: string, password: string) => `Basic ${btoa(`${username}:${password}`)}`;
const asAccount = () => basic(server.accountSid, server.authToken);
const asKey = () => basic(server.apiKey, server.apiSecret);

/** Status and code of an answer, as `404 20404`; the code only where there is one. */
async function ask(authorization: string | undefined, operation: Operation, url: string): Promise<string> {
  const { method } = operation;
  const given = new URLSearchParams(formOf(operation)).toString();
  const { statusCode, body } = await server.app.inject({
    method,
    url: method === 'GET' && given !== '' ? `${url}?${given}` : url,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(method === 'POST' && { payload: given }),
  });
  const code = statusCode < 400 ? undefined : JSON.parse(body).code;
  return code === undefined ? `${statusCode}` : `${statusCode} ${code}`;
}

/** Makes what must not repeat differ. */
let count = 0;

/** A value for each parameter that is required. */
function formOf({ params }: Operation): Record<string, string> {
  count += 1;
  const required = Object.entries(params).filter(([, param]) => param.required);
  return Object.fromEntries(
    required.map(([name, { schema }]) => {
      if (name === 'AccountSid') return [name, server.accountSid];
      if (name === 'Permission') return [name, 'sendMessage'];
      return [name, schema.enum?.[0] ?? `value ${count}`];
    }),
  );
}

/** The first key, made what it should be. */
async function makeKey(kind: 'main' | 'standard' | 'restricted', allow: readonly string[] = []): Promise<void> {
  const policy = kind === 'restricted' ? JSON.stringify({ allow }) : null;
  await server.store.write(({ db }) =>
    db.updateTable('api_keys').set({ kind, policy }).where('sid', '=', server.apiKey).execute(),
  );
}

/** A key of the account, or of another, that nobody asks with. */
async function insertKey(accountId?: number): Promise<string> {
  count += 1;
  const sid = `SK${String(count).padStart(32, '0')}`;
  await server.store.write(async ({ db }) => {
    const { id } = await db
      .selectFrom('accounts')
      .select('id')
      .where('sid', '=', server.accountSid)
      .executeTakeFirstOrThrow();
    const row = await db.selectFrom('api_keys').selectAll().where('sid', '=', server.apiKey).executeTakeFirstOrThrow();
    const { id: _, ...values } = row;
    await db
      .insertInto('api_keys')
      .values({ ...values, sid, account_id: accountId ?? id })
      .execute();
  });
  return sid;
}

/** What the account has: below its default service for the short form, and below another for the long one. */
async function ownWorlds(): Promise<Record<Form, World>> {
  const { sid: second } = await server.client.conversations.v1.services.create({ friendlyName: 'Second' });
  const account = await populateAccount(server);
  const key = await insertKey();
  const ofAccount = { ...account, Connections: OWN_CONNECTION, Keys: key, SigningKeys: key };
  return {
    account: { ...(await populate(server, '/v1')), ...ofAccount },
    service: { ...(await populate(server, `/v1/Services/${second}`)), ...ofAccount, Services: second },
  };
}

/** What belongs to another account: made like one's own, and given away. */
async function foreignWorld(): Promise<World> {
  const { sid } = await server.client.conversations.v1.services.create({ friendlyName: 'Theirs' });
  const world = { ...(await populateAccount(server)), ...(await populate(server, `/v1/Services/${sid}`)) };
  const account = FOREIGN_ACCOUNT;
  const accountId = await server.store.write(async ({ db }) => {
    const row = await db
      .selectFrom('accounts')
      .selectAll()
      .where('sid', '=', server.accountSid)
      .executeTakeFirstOrThrow();
    const { id: _, ...values } = row;
    const { id } = await db
      .insertInto('accounts')
      .values({ ...values, sid: account, default_service_id: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    await db.updateTable('services').set({ account_id: id }).where('sid', '=', sid).execute();
    await db.updateTable('contents').set({ account_id: id }).where('sid', '=', `${world.Content}`).execute();
    await db
      .updateTable('webhook_deliveries')
      .set({ account_id: id })
      .where('sid', '=', `${world.WebhookDeliveries}`)
      .execute();
    return id;
  });
  const key = await insertKey(accountId);
  return { ...world, Accounts: account, Services: sid, Connections: FOREIGN_CONNECTION, Keys: key, SigningKeys: key };
}

/** Everything that is stored, but for the log of what happened. */
async function everyRow(): Promise<unknown> {
  const { read } = server.store;
  return Promise.all([
    read.selectFrom('accounts').selectAll().orderBy('id').execute(),
    read.selectFrom('api_keys').selectAll().orderBy('id').execute(),
    read.selectFrom('services').selectAll().orderBy('id').execute(),
    read.selectFrom('conversations').selectAll().orderBy('id').execute(),
    read.selectFrom('participants').selectAll().orderBy('id').execute(),
    read.selectFrom('messages').selectAll().orderBy('id').execute(),
    read.selectFrom('users').selectAll().orderBy('id').execute(),
    read.selectFrom('roles').selectAll().orderBy('id').execute(),
  ]);
}

/** Asks for every operation, and returns those that were not answered as they should be. */
async function unexpected(
  authorization: string | undefined,
  worlds: Record<Form, World>,
  expected: string,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { operation, form } of calls) {
    for (const path of pathsOf(operation, form, worlds[form])) {
      const answer = await ask(authorization, operation, path);
      if (answer !== expected) wrong.push(`${operation.method} ${path}: ${answer}`);
    }
  }
  return wrong;
}

describe('credentials that are none', () => {
  it.each([
    ['no credentials', (): string | undefined => undefined],
    ['a wrong auth token', () => basic(server.accountSid, `${server.authToken.slice(0, -1)}?`)],
    ['a wrong secret', () => basic(server.apiKey, `${server.apiSecret.slice(0, -1)}?`)],
    ["a key with the account's auth token", () => basic(server.apiKey, server.authToken)],
    ['an empty password', () => basic(server.accountSid, '')],
  ] as const)('%s: every operation is refused, and nothing is changed', async (_what, authorization) => {
    const worlds = await ownWorlds();
    const before = await everyRow();
    expect(await unexpected(authorization(), worlds, '401 20003')).toEqual([]);
    expect(await everyRow()).toEqual(before);
  });

  it('a revoked key, and all those of a suspended account', async () => {
    const worlds = await ownWorlds();
    await server.store.write(({ db }) =>
      db.updateTable('api_keys').set({ revoked_at: 1 }).where('sid', '=', server.apiKey).execute(),
    );
    expect(await unexpected(asKey(), worlds, '401 20003')).toEqual([]);
    await server.store.write(async ({ db }) => {
      await db.updateTable('api_keys').set({ revoked_at: null }).execute();
      await db.updateTable('accounts').set({ status: 'suspended' }).execute();
    });
    const before = await everyRow();
    for (const authorization of [asKey(), asAccount()]) {
      expect(await unexpected(authorization, worlds, '401 20003')).toEqual([]);
    }
    expect(await everyRow()).toEqual(before);
  });
});

describe('credentials that may less', () => {
  it('a Standard key: everything but accounts and keys', async () => {
    const worlds = await ownWorlds();
    await makeKey('standard');
    const before = await everyRow();
    for (const { operation, form } of calls.filter(({ operation }) => MAIN_ONLY.test(operation.permission))) {
      for (const path of pathsOf(operation, form, worlds[form])) {
        expect(await ask(asKey(), operation, path), path).toBe('401 20003');
      }
    }
    expect(await everyRow()).toEqual(before);
  });

  it('a Restricted key without the permission: nothing, whatever else it has', async () => {
    const worlds = await ownWorlds();
    const before = await everyRow();
    const permissions = [...new Set(OPERATIONS.map(({ permission }) => permission))];
    for (const permission of permissions) {
      await makeKey(
        'restricted',
        permissions.filter((one) => one !== permission).map((one) => `/confab/${one}`),
      );
      for (const { operation, form } of calls.filter((one) => one.operation.permission === permission)) {
        for (const path of pathsOf(operation, form, worlds[form])) {
          expect(await ask(asKey(), operation, path), path).toBe('401 70051');
        }
      }
    }
    await makeKey('main');
    expect(await everyRow()).toEqual(before);
  });
});

describe('credentials that may', () => {
  it.each([
    ['the auth token', asAccount, () => makeKey('main'), 'main'],
    ['a Main key', asKey, () => makeKey('main'), 'main'],
    ['a Standard key', asKey, () => makeKey('standard'), 'less'],
    [
      'a Restricted key with every permission',
      asKey,
      () =>
        makeKey(
          'restricted',
          OPERATIONS.map(({ permission }) => `/confab/${permission}`),
        ),
      'less',
    ],
  ] as const)('%s: every operation on what is the account’s own', async (_what, authorization, prepare, reach) => {
    const worlds = await ownWorlds();
    await prepare();
    const wrong: string[] = [];
    const reachable = calls.filter(
      ({ operation }) =>
        !ENDS_CREDENTIALS.has(operation.id) && (reach === 'main' || !MAIN_ONLY.test(operation.permission)),
    );
    // What is removed is removed last, and what others are in after them.
    const depth = ({ operation: { method, path } }: (typeof calls)[number]) =>
      method === 'DELETE' ? 100 - path.split('/').length : 0;
    for (const { operation, form } of reachable.toSorted((a, b) => depth(a) - depth(b))) {
      // Three operations remove keys.
      const key = MAIN_ONLY.test(operation.permission) ? await insertKey() : undefined;
      const own = key === undefined ? worlds[form] : { ...worlds[form], Keys: key, SigningKeys: key };
      for (const path of pathsOf(operation, form, own)) {
        const answer = await ask(authorization(), operation, path);
        // Bad parameters, and changes that the state does not allow, are none of a credential's business.
        if (!/^(?:20\d|400 \d+|409 \d+)$/.test(answer)) wrong.push(`${operation.method} ${path}: ${answer}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('what is not theirs', () => {
  it('of another account: not there, at every place of every path, and nothing is changed', async () => {
    const worlds = await ownWorlds();
    const foreign = await foreignWorld();
    const before = await everyRow();
    const wrong: string[] = [];
    for (const { operation, form } of calls) {
      for (const path of pathsOf(operation, form, worlds[form], foreign)) {
        // Addresses and credentials were made by this account, and have no counterpart in the other.
        if (/\/(?:Addresses|Credentials)\//.test(path)) continue;
        const answer = await ask(asAccount(), operation, path);
        if (answer !== '404 20404') wrong.push(`${operation.method} ${path}: ${answer}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(await everyRow()).toEqual(before);
  });

  it('of another service of the account: not there either', async () => {
    const { account, service } = await ownWorlds();
    const before = await everyRow();
    const wrong: string[] = [];
    for (const { operation, form } of calls) {
      const [own, other] = form === 'account' ? [account, service] : [service, account];
      // The service itself and what belongs to the account are one's own in either.
      const foreign = { ...own, ...inServices(other) };
      for (const path of pathsOf(operation, form, own, foreign)) {
        if (path === pathsOf(operation, form, own)[0]) continue;
        const answer = await ask(asAccount(), operation, path);
        if (answer !== '404 20404') wrong.push(`${operation.method} ${path}: ${answer}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(await everyRow()).toEqual(before);
  });
});

function inServices({
  Accounts,
  Connections,
  Services,
  Addresses,
  Credentials,
  Keys,
  SigningKeys,
  ...inside
}: World): World {
  return inside;
}
