import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Confab, type ConfabOptions, type SeedInput, startConfab } from '../src/index.ts';
import { createDatabase } from './support/postgres.ts';
import { type Engine, onEachEngine } from './support/store.ts';

const SEED = `
roles:
  - friendly_name: reader
    permissions: [sendMessage]
users:
  - identity: alice
    friendly_name: Alice
    attributes: { team: blue }
    role: service admin
conversations:
  - unique_name: general
    friendly_name: General
    attributes: '{"topic":"everything"}'
    participants:
      - { identity: alice, role: channel admin, last_read_message_index: 1 }
      - { identity: bob, role: reader }
      - { address: "+15005550009", proxy_address: "+15005550001" }
    messages:
      - { author: alice, body: Hello, date_created: 2026-01-15T09:00:00Z }
      - { author: bob, body: 42, attributes: { mood: good } }
  - unique_name: old
    state: closed
    messages: [{ author: bob, body: Bye }]
services:
  - friendly_name: Support
    users: [{ identity: carol }]
    conversations: [{ friendly_name: Nameless }]
`;

async function ask(confab: Confab, path: string) {
  const authorization = `Basic ${Buffer.from(`${confab.accountSid}:${confab.authToken}`).toString('base64')}`;
  const response = await fetch(`${confab.url}${path}`, { headers: { authorization } });
  return Object(JSON.parse((await response.text()).replaceAll(confab.url, '')));
}

/** All that the seed made, as REST tells it. */
async function everything(confab: Confab) {
  const services = (await ask(confab, '/v1/Services')).services.map(({ sid }: { sid: string }) => sid);
  const lists = [];
  for (const sid of services) {
    const base = `/v1/Services/${sid}`;
    const conversations = await ask(confab, `${base}/Conversations`);
    lists.push(await ask(confab, `${base}/Roles`), await ask(confab, `${base}/Users`), conversations);
    for (const { url } of conversations.conversations) {
      lists.push(await ask(confab, `${url}/Participants`), await ask(confab, `${url}/Messages`));
    }
  }
  // The default roles of the service that the server made have SIDs of their own each time.
  const text = JSON.stringify(lists).replaceAll(/RL\w{32}/g, 'RL');
  return JSON.parse(text.replaceAll(/"date_(created|updated)":"[^"]*"|"last_read_timestamp":"[^"]*"/g, '"when":0'));
}

async function start(engine: Engine, options: ConfabOptions): Promise<Confab> {
  const database = engine === 'sqlite' ? undefined : await createDatabase();
  if (database !== undefined) onTestFinished(database.drop);
  const confab = await startConfab({ ...options, databaseUrl: database?.url });
  onTestFinished(() => confab.stop());
  return confab;
}

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'confab-seed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'seed.yaml'), text);
  return join(folder, 'seed.yaml');
}

onEachEngine('a seed', (engine) => {
  it('is there when the server is, the same each time and after a reset', async () => {
    const seed = fileOf(SEED);
    const first = await start(engine, { seed });
    const general = '/v1/Conversations/general';
    expect(await ask(first, general)).toMatchObject({ friendly_name: 'General', attributes: '{"topic":"everything"}' });
    const { participants } = await ask(first, `${general}/Participants`);
    expect(participants).toMatchObject([
      { identity: 'alice', last_read_message_index: 1 },
      { identity: 'bob' },
      { identity: null, messaging_binding: { type: 'sms', address: '+15005550009' } },
    ]);
    expect((await ask(first, `${general}/Messages`)).messages).toMatchObject([
      { author: 'alice', body: 'Hello', date_created: '2026-01-15T09:00:00Z', index: 0 },
      { author: 'bob', body: '42', attributes: '{"mood":"good"}', index: 1 },
    ]);
    expect(await ask(first, '/v1/Conversations/old')).toMatchObject({ state: 'closed' });
    const roles = (await ask(first, '/v1/Roles')).roles;
    const named = (name: string) => roles.find((role: { friendly_name: string }) => role.friendly_name === name)?.sid;
    expect(participants).toMatchObject([{ role_sid: named('channel admin') }, { role_sid: named('reader') }, {}]);
    expect(await ask(first, '/v1/Users/alice')).toMatchObject({
      attributes: '{"team":"blue"}',
      role_sid: named('service admin'),
    });

    const second = await start(engine, { seed });
    const seeded = await everything(first);
    expect(seeded.length).toBe(12);
    expect(await everything(second)).toEqual(seeded);
    const authorization = `Basic ${Buffer.from(`${first.accountSid}:${first.authToken}`).toString('base64')}`;
    await fetch(`${first.url}${general}`, { method: 'DELETE', headers: { authorization } });
    expect(await everything(first)).not.toEqual(seeded);
    await first.reset();
    expect(await everything(first)).toEqual(seeded);
  });
});

describe('a seed', () => {
  it('is applied once: what was deleted since stays deleted, and another seed changes nothing', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'confab-seed-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const seed: SeedInput = { users: [{ identity: 'alice' }], conversations: [{ unique_name: 'general' }] };
    const first = await startConfab({ dataDir, seed });
    const authorization = `Basic ${Buffer.from(`${first.accountSid}:${first.authToken}`).toString('base64')}`;
    await fetch(`${first.url}/v1/Conversations/general`, { method: 'DELETE', headers: { authorization } });
    const left = await everything(first);
    await first.stop();
    for (const later of [seed, { users: [{ identity: 'bob' }] }]) {
      const again = await startConfab({ dataDir, seed: later });
      expect(await everything(again)).toEqual(left);
      await again.stop();
    }
  });

  it('has random SIDs outside of development mode', async () => {
    const seed = { conversations: [{ unique_name: 'general' }] };
    const sids = [];
    for (const dev of [true, true, false, false]) {
      const confab = await startConfab({ seed, dev });
      sids.push((await ask(confab, '/v1/Conversations/general')).sid);
      await confab.stop();
    }
    expect(sids[0]).toBe(sids[1]);
    expect(new Set(sids).size).toBe(3);
  });

  it.each<[string, string]>([
    ['users: [{ identity: alice ]', 'The seed cannot be read'],
    ['- one', 'The seed (line 1) must be a mapping'],
    ['users:\n  - name: alice', 'users[0] (line 2) needs identity.'],
    [
      'users:\n  - identity: alice\n    nick: al',
      'users[0].nick (line 3) is not known here. Known are identity, friendly_name',
    ],
    ['conversations:\n  - state: open', 'conversations[0].state (line 2) must be one of active, inactive, closed.'],
    ['conversations:\n  - messages: Hello', 'conversations[0].messages (line 2) must be a list.'],
    [
      'conversations:\n  - messages:\n      - date_created: soon',
      'conversations[0].messages[0].date_created (line 3) must be a time',
    ],
    [
      'conversations:\n  - participants:\n      - { identity: bob, role: reder }',
      'conversations[0].participants[0] (line 3): there is no conversation role that is called reder.',
    ],
    ['roles:\n  - friendly_name: odd\n    permissions: [fly]', 'roles[0] (line 2): '],
    ['users:\n  - identity: alice\n  - identity: alice\n    friendly_name: Other', 'users[1] (line 3): two entries'],
    ['conversations: [{ attributes: "{" }]', 'conversations[0] (line 1): '],
  ])('that cannot be used refuses the start and says where: %j', async (text, message) => {
    await expect(startConfab({ seed: fileOf(text) })).rejects.toThrow(message);
  });

  it('that is not there refuses the start', async () => {
    await expect(startConfab({ seed: '/nowhere/seed.yaml' })).rejects.toThrow('/nowhere/seed.yaml cannot be read');
  });
});
