import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import {
  authenticate,
  createConversation,
  endSessions,
  type FirstCredentials,
  firstStart,
  showFirstSecrets,
  startAnew,
} from '../../src/domain/index.ts';
import { createSecretBox, type SecretBox } from '../../src/secrets/index.ts';
import type { Store, StoreLocation } from '../../src/store/index.ts';
import { needsPostgres } from '../support/postgres.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore } from '../support/store.ts';

const NOW = Date.UTC(2026, 0, 1);

const GIVEN = {
  accountSid: `AC${'a'.repeat(32)}`,
  authToken: 'the-operators-auth-token-0123456789',
  apiKey: `SK${'b'.repeat(32)}`,
  apiSecret: 'the-operators-api-secret-0123456789',
  chatServiceSid: `IS${'c'.repeat(32)}`,
} as const satisfies FirstCredentials;

const OTHERS: readonly { variable: string; given: FirstCredentials }[] = [
  { variable: 'CONFAB_ACCOUNT_SID', given: { accountSid: `AC${'d'.repeat(32)}` } },
  { variable: 'CONFAB_AUTH_TOKEN', given: { authToken: 'another-auth-token-0123456789' } },
  { variable: 'CONFAB_API_KEY', given: { apiKey: `SK${'d'.repeat(32)}` } },
  { variable: 'CONFAB_API_SECRET', given: { apiSecret: 'another-api-secret-0123456789' } },
  { variable: 'CONFAB_CHAT_SERVICE_SID', given: { chatServiceSid: `IS${'d'.repeat(32)}` } },
];

const signIn = (store: Store, secretBox: SecretBox, username: string, password: string) =>
  authenticate(store.read, secretBox, { username, password }, NOW);

onEachEngine('the first start', (engine) => {
  async function setUp(given: FirstCredentials = {}) {
    const location = await emptyDatabase(engine);
    const store = await openTestStore(location);
    const secretBox = createSecretBox(randomBytes(32));
    const first = await firstStart(store, secretBox, given, NOW);
    return { location, store, secretBox, first };
  }

  it('makes what is not given, has the secrets until they were shown, and finds all the rest on the next start', async () => {
    const { store, secretBox, first } = await setUp();
    expect(first).toMatchObject({
      accountSid: expect.stringMatching(/^AC[0-9a-f]{32}$/),
      apiKeySid: expect.stringMatching(/^SK[0-9a-f]{32}$/),
      chatServiceSid: expect.stringMatching(/^IS[0-9a-f]{32}$/),
      epoch: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const { secrets, ...rest } = first;
    expect(await signIn(store, secretBox, first.accountSid, secrets?.authToken ?? '')).toBeDefined();
    expect(await signIn(store, secretBox, first.apiKeySid, secrets?.apiSecret ?? '')).toBeDefined();
    expect(await signIn(store, secretBox, first.accountSid, secrets?.apiSecret ?? '')).toBeUndefined();
    expect(await firstStart(store, secretBox, {}, NOW + 1)).toEqual(first);
    const failing = showFirstSecrets(store, () => {
      throw new Error('nowhere to show them');
    });
    await expect(failing).rejects.toThrow('nowhere to show them');
    expect(await firstStart(store, secretBox, {}, NOW + 2)).toEqual(first);
    let shown = 0;
    for (const _time of ['first', 'second'])
      await showFirstSecrets(store, () => {
        shown += 1;
      });
    expect(shown).toBe(1);
    expect(await firstStart(store, secretBox, {}, NOW + 3)).toEqual(rest);
  });

  it('keeps the credentials that are given, whole or in part', async () => {
    const { store, secretBox, first } = await setUp(GIVEN);
    expect(first).toMatchObject({
      accountSid: GIVEN.accountSid,
      apiKeySid: GIVEN.apiKey,
      chatServiceSid: GIVEN.chatServiceSid,
      secrets: { authToken: GIVEN.authToken, apiSecret: GIVEN.apiSecret },
    });
    expect(await signIn(store, secretBox, GIVEN.accountSid, GIVEN.authToken)).toBeDefined();
    expect(await firstStart(store, secretBox, GIVEN, NOW)).toMatchObject({ accountSid: GIVEN.accountSid });
    await showFirstSecrets(store, () => {});
    expect(await firstStart(store, secretBox, { apiKey: GIVEN.apiKey }, NOW)).not.toHaveProperty('secrets');
  });

  it('refuses each that differs from what is stored, by its name and without its value', async () => {
    const { store, secretBox, first } = await setUp(GIVEN);
    for (const { variable, given } of OTHERS) {
      const refused = await firstStart(store, secretBox, { ...GIVEN, ...given }, NOW).catch((error: unknown) => error);
      expect(refused).toMatchObject({ name: 'FirstStartError', message: expect.stringContaining(variable) });
      for (const value of Object.values({ ...GIVEN, ...given })) expect(String(refused)).not.toContain(value);
    }
    expect(await firstStart(store, secretBox, GIVEN, NOW)).toEqual(first);
  });

  it('refuses another master key than the database was made with', async () => {
    const { store } = await setUp();
    await expect(firstStart(store, createSecretBox(randomBytes(32)), {}, NOW)).rejects.toMatchObject({
      name: 'FirstStartError',
      message: expect.stringMatching(/master key.*CONFAB_MASTER_KEY/),
    });
  });

  it('starts anew with the given credentials under another epoch, and without anything else', async () => {
    const { store, secretBox, first } = await setUp(GIVEN);
    const anew = await startAnew(store, secretBox, GIVEN, NOW);
    expect(anew).toEqual({ ...first, epoch: expect.not.stringMatching(first.epoch) });
    expect(await store.read.selectFrom('services').select('sid').execute()).toEqual([{ sid: GIVEN.chatServiceSid }]);
  });

  it('starts anew whatever the database holds, and keeps the audit log alone', async () => {
    const store = await openTestStore(await emptyDatabase(engine));
    const { execute, account, secretBox, service } = await domainOver(store);
    const { id } = await execute(createConversation, account, { service });
    await store.write(async ({ db }) => {
      const [account_id, conversation_id] = [account.account.id, id];
      const [address, proxy_address] = ['+15550100001', '+15550100002'];
      await db.insertInto('number_pairs').values({ account_id, address, proxy_address, conversation_id }).execute();
      await db.insertInto('group_sets').values({ account_id, addresses: address, conversation_id }).execute();
      await db.insertInto('joining_participants').values({ conversation_id, participant: '{}' }).execute();
      await db
        .insertInto('conversation_webhooks')
        .values({ sid: `WH${'0'.repeat(32)}`, conversation_id, target: 'webhook', created_at: NOW, updated_at: NOW })
        .execute();
    });
    await execute(endSessions, account, { identity: 'ada' });
    await startAnew(store, secretBox, GIVEN, NOW);
    for (const table of ['number_pairs', 'conversation_webhooks', 'session_ends', 'conversations'] as const) {
      expect([table, await store.read.selectFrom(table).selectAll().execute()]).toEqual([table, []]);
    }
    expect(await store.read.selectFrom('audit_log').select('action').execute()).toEqual([{ action: 'sessions.ended' }]);
  });

  it('leaves no secret readable in the database', async () => {
    // The auth token is given, the API secret generated.
    const { location, store, first } = await setUp({ authToken: GIVEN.authToken });
    await store.close();
    const contents = await everythingIn(location);
    // What is searched is the content indeed.
    expect(contents).toContain('Default service');
    const secrets = Object.values(first.secrets ?? {});
    expect(secrets).toContain(GIVEN.authToken);
    for (const secret of secrets.map((text) => Buffer.from(text))) {
      for (const form of [secret.toString(), secret.toString('base64url'), secret.toString('hex')]) {
        expect(contents.includes(form)).toBe(false);
      }
    }
  });
});

describe('the first start of several nodes on one PostgreSQL', needsPostgres, () => {
  it('makes one account: one node shows its secrets, the others find it', async () => {
    const location = await emptyDatabase('postgres');
    const secretBox = createSecretBox(randomBytes(32));
    let shown = 0;
    const nodes = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const store = await openTestStore(location);
        const node = await firstStart(store, secretBox, {}, NOW);
        await showFirstSecrets(store, () => {
          shown += 1;
        });
        return node;
      }),
    );
    expect(shown).toBe(1);
    expect(new Set(nodes.map(({ secrets, ...rest }) => JSON.stringify(rest))).size).toBe(1);
    const { read } = await openTestStore(location);
    for (const table of ['accounts', 'api_keys', 'services'] as const) {
      expect(await read.selectFrom(table).select('id').execute()).toHaveLength(1);
    }
  });

  it('refuses the node that gives other credentials than the one that was first', async () => {
    const location = await emptyDatabase('postgres');
    const secretBox = createSecretBox(randomBytes(32));
    const results = await Promise.allSettled(
      [GIVEN, { ...GIVEN, accountSid: `AC${'e'.repeat(32)}` }].map(async (given) =>
        firstStart(await openTestStore(location), secretBox, given, NOW),
      ),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'FirstStartError', message: expect.stringContaining('CONFAB_ACCOUNT_SID') },
    });
  });
});

/** All that the database holds: the bytes of its files, or every row of every table as text. */
async function everythingIn(location: StoreLocation): Promise<string> {
  if (location.engine === 'sqlite') {
    const files = readdirSync(location.folder);
    return files.map((file) => readFileSync(join(location.folder, file), 'latin1')).join('\n');
  }
  const client = new Client({ connectionString: location.url });
  await client.connect();
  try {
    const tables = await client.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
    const contents: string[] = [];
    for (const { tablename } of tables.rows) {
      const { rows } = await client.query(`SELECT t::text AS row FROM ${client.escapeIdentifier(tablename)} AS t`);
      contents.push(...rows.map(({ row }) => row));
    }
    return contents.join('\n');
  } finally {
    await client.end();
  }
}
