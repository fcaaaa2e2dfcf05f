import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Confab, type ConfabOptions, startConfab } from '../../src/index.ts';
import { confabIn } from '../support/in-process-cli.ts';
import { createDatabase, needsPostgres } from '../support/postgres.ts';
import { openRawClient } from '../support/raw-client.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'confab-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const confab = (argv: string[], env?: Record<string, string>) => confabIn(folder, argv, env);

async function serve(options: ConfabOptions = {}): Promise<Confab> {
  const server = await startConfab({ dataDir: folder, ...options });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= server.stop();
    return stopping;
  };
  onTestFinished(stop);
  return { ...server, stop };
}

/** Data that a server has made, and nobody serves. */
async function makeData(options?: ConfabOptions): Promise<Confab> {
  const server = await serve(options);
  await server.stop();
  return server;
}

async function statusAs(server: Confab, username: string, password: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return (await fetch(`${server.url}/v1/Services`, { headers: { authorization } })).status;
}

const freshKey = () => randomBytes(32).toString('base64');

describe('confab keys', () => {
  test('makes, lists, renames, rotates and revokes keys on the data itself', async () => {
    const { apiKey } = await makeData();
    const made = (await confab(['keys', 'create', '--name', 'CI', '--json'])).json();
    expect(made).toMatchObject({ friendly_name: 'CI', policy: null, secret: expect.stringMatching(/^\w{32}$/) });
    const sid = String(made.sid);
    const reader = await confab([
      'keys',
      'create',
      '--allow',
      '/confab/users/list',
      '--allow=/confab/roles/*',
      '--json',
    ]);
    expect(reader.json()).toMatchObject({ policy: { allow: ['/confab/users/list', '/confab/roles/*'] } });
    expect(await confab(['keys', 'rename', sid, 'Build'])).toMatchObject({
      code: 0,
      output: expect.stringContaining('Build'),
    });
    const rotated = (await confab(['keys', 'rotate', sid, '--overlap', '60', '--json'])).json();
    expect(rotated).toMatchObject({ sid, kind: 'standard', previous_secret_ends_at: expect.any(String) });
    expect(rotated.secret).not.toBe(made.secret);
    const list = await confab(['keys', 'list']);
    expect(list.output.split('\n')).toEqual([
      expect.stringMatching(/^SID +KIND +NAME +CREATED +LAST USED$/),
      expect.stringMatching(`^${apiKey} +main +First key`),
      expect.stringMatching(`^${sid} +standard +Build`),
      expect.stringMatching(/^SK\w+ +restricted /),
      '',
    ]);
    expect(list.output).not.toContain(String(rotated.secret));
    expect(await confab(['keys', 'revoke', sid])).toMatchObject({ code: 0 });
    expect((await confab(['keys', 'list', '--json'])).output).not.toContain(sid);

    const server = await serve();
    expect(await statusAs(server, sid, String(rotated.secret))).toBe(401);
  });

  test('says what to do while a server has the data, and works through that server', async () => {
    const server = await serve();
    const refused = await confab(['keys', 'list']);
    expect(refused).toMatchObject({ code: 1, output: '' });
    expect(refused.errors).toContain('--url');
    const env = { CONFAB_ACCOUNT_SID: server.accountSid, CONFAB_AUTH_TOKEN: server.authToken };
    const made = (await confab(['keys', 'create', '--url', server.url, '--json'], env)).json();
    expect(await statusAs(server, String(made.sid), String(made.secret))).toBe(200);
    expect((await confab(['keys', 'list', '--url', server.url, '--json'], env)).output).toContain(String(made.sid));
    expect((await confab(['audit', '--url', server.url], env)).output).toMatch(/api_key\.added.*127\.0\.0\.1/);

    const wrong = { ...env, CONFAB_AUTH_TOKEN: 'x'.repeat(32) };
    expect(await confab(['keys', 'list', '--url', server.url], wrong)).toMatchObject({
      code: 1,
      errors: 'confab keys list: Authenticate (20003)\n',
    });
    expect(await confab(['keys', 'list', '--url', 'http://127.0.0.1:9'], env)).toMatchObject({ code: 1 });
    expect(await confab(['keys', 'list', '--url', 'x'], env)).toMatchObject({ code: 2 });
  });

  test('does not take the account of the credentials for the one that is asked for', async () => {
    const server = await serve();
    const env = { CONFAB_ACCOUNT_SID: server.accountSid, CONFAB_AUTH_TOKEN: server.authToken };
    const at = (account: string) => ['--url', server.url, '--account', account, '--json'];
    const other = `AC${'0'.repeat(32)}`;
    expect(await confab(['auth-token', 'create', ...at(other)], env)).toMatchObject({
      code: 2,
      output: '',
      errors: expect.stringContaining('--account'),
    });
    expect(await confab(['auth-token', 'create', ...at(server.accountSid)], env)).toMatchObject({ code: 0 });
  });

  test('refuses a master key that is not the one of the data, and changes nothing with it', async () => {
    await makeData();
    const refused = await confab(['keys', 'create'], { CONFAB_MASTER_KEY: freshKey() });
    expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining('master key') });
    expect((await confab(['keys', 'list', '--json'])).json()).toHaveLength(1);
  });

  test.each([
    [['keys'], 'say one of'],
    [['keys', 'burn'], 'say one of'],
    [['keys', 'constructor'], 'say one of'],
    [['keys', 'rotate'], 'SID of the key is missing'],
    [['keys', 'rotate', 'SK1', 'SK2'], 'more words'],
    [['keys', 'rotate', 'SK1', '--overlap', 'soon'], '--overlap must be a whole number'],
    [['keys', 'list', '--colour'], '--colour'],
    [['keys', 'reissue'], '--yes'],
    [['credentials', 'reset'], '--yes'],
    [['token', 'create'], '--identity is missing'],
  ])('does not understand %j', async (argv, message) => {
    const { code, output, errors } = await confab(argv);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toContain(message);
  });

  test.each(['keys', 'token', 'auth-token', 'credentials', 'account', 'audit'])('explains %s', async (command) => {
    const { code, output } = await confab([command, '--help']);
    expect(code).toBe(0);
    expect(output).toContain('Example');
    expect(output).toContain('Exit codes');
  });
});

describe('confab keys reissue', () => {
  test('makes new secrets for a lost master key, and the next start goes on with them', async () => {
    const before = await makeData();
    const extra = (await confab(['keys', 'create', '--json'])).json();
    await confab(['keys', 'rotate', String(extra.sid), '--json']);
    await rm(join(folder, 'master.key'));
    expect(await confab(['keys', 'list'])).toMatchObject({ code: 1 });

    const { code, output } = await confab(['keys', 'reissue', '--yes', '--json']);
    expect(code).toBe(0);
    const reissued: { sid: string; secret: string }[] = JSON.parse(output);
    expect(reissued.map(({ sid }) => sid)).toEqual([before.accountSid, before.apiKey, extra.sid]);
    const secretOf = (sid: string) => reissued.find((one) => one.sid === sid)?.secret ?? '';

    const server = await serve({ authToken: secretOf(before.accountSid), apiSecret: secretOf(before.apiKey) });
    for (const { sid, secret } of reissued) expect(await statusAs(server, sid, secret)).toBe(200);
    expect(await statusAs(server, before.accountSid, before.authToken)).toBe(401);
    expect(await statusAs(server, String(extra.sid), String(extra.secret))).toBe(401);
    await server.stop();
    const audit = (await confab(['audit', '--json'])).output;
    expect(
      JSON.parse(audit)
        .map((one: { action: string; actor: string }) => [one.action, one.actor])
        .slice(0, 3),
    ).toEqual([
      ['api_key.reissued', 'cli'],
      ['api_key.reissued', 'cli'],
      ['auth_token.reissued', 'cli'],
    ]);
    for (const { secret } of reissued) expect(audit).not.toContain(secret);
  });

  test('refuses where there is no database', async () => {
    expect(await confab(['keys', 'reissue', '--yes'])).toMatchObject({ code: 1 });
  });
});

describe('confab auth-token and confab credentials', () => {
  test('change the auth token with an overlap', async () => {
    const before = await makeData();
    const second = (await confab(['auth-token', 'create', '--json'])).json();
    expect(second).toMatchObject({ account_sid: before.accountSid });
    expect(await confab(['auth-token', 'promote'])).toMatchObject({ code: 0 });
    expect(await confab(['auth-token', 'delete'])).toMatchObject({ code: 1 });
    const server = await serve({ authToken: String(second.secondary_auth_token) });
    expect(await statusAs(server, before.accountSid, before.authToken)).toBe(401);
    expect(await statusAs(server, before.accountSid, server.authToken)).toBe(200);
  });

  test('give new ones where all were lost', async () => {
    await makeData();
    const made = (await confab(['credentials', 'reset', '--yes', '--json'])).json();
    const server = await serve({ authToken: String(made.auth_token) });
    expect(await statusAs(server, String(made.account_sid), String(made.auth_token))).toBe(200);
    expect(await statusAs(server, String(made.api_key), String(made.api_secret))).toBe(200);
  });
});

test('confab account activate brings back an account that has suspended itself', async () => {
  const server = await serve();
  const authorization = `Basic ${Buffer.from(`${server.accountSid}:${server.authToken}`).toString('base64')}`;
  const body = new URLSearchParams({ Status: 'suspended' });
  const path = `${server.url}/2010-04-01/Accounts/${server.accountSid}.json`;
  await fetch(path, { method: 'POST', headers: { authorization }, body });
  expect(await statusAs(server, server.accountSid, server.authToken)).toBe(401);
  await server.stop();
  expect(await confab(['account', 'activate'])).toMatchObject({ code: 0 });
  const again = await serve();
  expect(await statusAs(again, again.accountSid, again.authToken)).toBe(200);
});

describe('with PostgreSQL', needsPostgres, () => {
  test('works while servers run, and they hear of it: a revoked key’s sessions end', async () => {
    const database = await createDatabase();
    onTestFinished(database.drop);
    const masterKey = freshKey();
    const server = await serve({ databaseUrl: database.url, masterKey });
    const client = await openRawClient(server.socketUrl);
    await client.init(await server.token('ada'));
    const env = { CONFAB_DATABASE_URL: database.url, CONFAB_MASTER_KEY: masterKey };
    expect(await confab(['keys', 'revoke', server.apiKey], env)).toMatchObject({ code: 0 });
    await client.closed;
    await server.stop();
  });
});

describe('the master key', () => {
  test('is rotated: with the old one accepted, the next start seals everything anew', async () => {
    const before = await makeData();
    await confab(['keys', 'rotate', before.apiKey, '--json']);
    await confab(['auth-token', 'create']);
    const old = (await readFile(join(folder, 'master.key'), 'utf8')).trim();
    const fresh = freshKey();
    await writeFile(join(folder, 'master.key'), `${fresh}\n`);
    await expect(startConfab({ dataDir: folder })).rejects.toThrow('not the one that this database was made with');

    const server = await serve({ masterKeyPrevious: old });
    expect(await statusAs(server, before.accountSid, before.authToken)).toBe(200);
    expect(await statusAs(server, before.apiKey, before.apiSecret)).toBe(200);
    await server.stop();
    const later = await serve();
    expect(await statusAs(later, before.accountSid, before.authToken)).toBe(200);
    expect(await statusAs(later, before.apiKey, before.apiSecret)).toBe(200);
    await later.stop();
    await writeFile(join(folder, 'master.key'), `${old}\n`);
    await expect(startConfab({ dataDir: folder })).rejects.toThrow('not the one that this database was made with');
  });
});

describe('confab token create', () => {
  const SIDS = { account: `AC${'1'.repeat(32)}`, key: `SK${'2'.repeat(32)}`, service: `IS${'3'.repeat(32)}` };
  const secret = 'a-secret-of-32-characters-0123456';
  const payloadOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

  test.each([
    ['CONFAB_ACCOUNT_SID', 'CONFAB_API_KEY', 'CONFAB_API_SECRET', 'CONFAB_CHAT_SERVICE_SID'],
    ['TWILIO_ACCOUNT_SID', 'TWILIO_API_KEY', 'TWILIO_API_SECRET', 'TWILIO_CHAT_SERVICE_SID'],
    ['TWILIO_ACCOUNT_SID', 'TWILIO_API_KEY', 'TWILIO_API_KEY_SECRET', 'TWILIO_SERVICE_SID'],
  ])('takes %s, %s, %s and %s', async (account, key, apiSecret, service) => {
    const env = { [account]: SIDS.account, [key]: SIDS.key, [apiSecret]: secret, [service]: SIDS.service };
    const made = await confab(['token', 'create', '--identity', 'ada', '--ttl', '600'], env);
    expect(made).toMatchObject({ code: 0, errors: '' });
    const payload = payloadOf(made.output.trim());
    expect(payload).toMatchObject({
      iss: SIDS.key,
      sub: SIDS.account,
      grants: { identity: 'ada', chat: { service_sid: SIDS.service } },
    });
    expect(payload.exp - payload.iat).toBe(600);
    const json = (await confab(['token', 'create', '--identity', 'ada', '--json'], env)).json();
    expect(json).toMatchObject({ identity: 'ada', chat_service_sid: SIDS.service, token: expect.any(String) });
  });

  test('is told about by confab token inspect, with the secret or without', async () => {
    const env = { CONFAB_ACCOUNT_SID: SIDS.account, CONFAB_API_KEY: SIDS.key, CONFAB_API_SECRET: secret };
    const made = await confab(['token', 'create', '--identity', 'ada', '--service', SIDS.service], env);
    const token = made.output.trim();
    expect((await confab(['token', 'inspect', token, '--json'], env)).json()).toMatchObject({ verdict: 'accepted' });
    const without = await confab(['token', 'inspect', token]);
    expect(without).toMatchObject({ code: 0, errors: '' });
    expect(without.output).toContain('"ada"');
    const otherKey = { ...env, CONFAB_API_KEY: `SK${'9'.repeat(32)}` };
    expect((await confab(['token', 'inspect', token, '--json'], otherKey)).json()).toMatchObject({
      verdict: 'unverified',
    });
    const wrong = await confab(['token', 'inspect', token], { ...env, CONFAB_API_SECRET: `${secret}x` });
    expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('20107') });
    expect(wrong.output + wrong.errors).not.toContain(secret);
    expect(await confab(['token', 'inspect', 'nonsense'])).toMatchObject({ code: 1 });
  });

  test('names what is missing or wrong, and no secret', async () => {
    const env = { CONFAB_ACCOUNT_SID: SIDS.account, CONFAB_API_KEY: SIDS.key, CONFAB_API_SECRET: secret };
    const without = await confab(['token', 'create', '--identity', 'ada'], env);
    expect(without).toMatchObject({ code: 2, output: '', errors: expect.stringContaining('TWILIO_SERVICE_SID') });
    const bad = await confab(['token', 'create', '--identity', 'ada', '--service', 'IS1'], env);
    expect(bad).toMatchObject({ code: 2, output: '' });
    expect(bad.errors + without.errors).not.toContain(secret);
  });
});
