import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startConfab } from '../../src/server/start-confab.ts';
import { runConfab } from '../support/cli.ts';
import { confabIn } from '../support/in-process-cli.ts';

const MASTER_KEY = randomBytes(32).toString('base64');

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'confab-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function query(file: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

/** A server on a folder, and a conversation to write into. */
async function startIn(dataDir: string) {
  const confab = await startConfab({
    dataDir,
    masterKey: MASTER_KEY,
    limitOverrides: { conversationChangesPerSecond: 100_000 },
  });
  onTestFinished(() => confab.stop());
  const authorization = `Basic ${Buffer.from(`${confab.accountSid}:${confab.authToken}`).toString('base64')}`;
  const post = async (path: string, form: Record<string, string>) => {
    const answer = await fetch(`${confab.url}${path}`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams(form),
    });
    if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
    return Object(await answer.json());
  };
  const get = async (path: string) =>
    Object(await (await fetch(`${confab.url}${path}`, { headers: { authorization } })).json());
  return { confab, post, get };
}

describe('confab backup, while a server is written to', () => {
  // Two processes beside each other, on whatever machine: it takes as long as it takes.
  it('holds all that was acknowledged before, whole, and comes up elsewhere', { timeout: 90_000 }, async () => {
    const dataDir = temporaryFolder();
    const { confab, post } = await startIn(dataDir);
    const { sid } = await post('/v1/Conversations', { FriendlyName: 'Busy' });
    mkdirSync(join(dataDir, 'media/ab'), { recursive: true });
    writeFileSync(join(dataDir, 'media/ab/picture'), 'some bytes of a picture');
    mkdirSync(join(dataDir, 'media/incoming'), { recursive: true });
    writeFileSync(join(dataDir, 'media/incoming/half'), 'what is being uploaded');

    let acknowledged = 0;
    let writing = true;
    const writers = Array.from({ length: 8 }, async () => {
      while (writing) {
        await post(`/v1/Conversations/${sid}/Messages`, { Body: `Message ${'x'.repeat(200)}` });
        acknowledged += 1;
      }
    });
    onTestFinished(() => {
      writing = false;
    });
    await expect.poll(() => acknowledged, { timeout: 30_000 }).toBeGreaterThan(100);
    const before = acknowledged;
    const folder = join(temporaryFolder(), 'backup');
    const backup = runConfab(['backup', folder, '--json'], { CONFAB_DATA_DIR: dataDir });
    expect(await backup.exit, backup.errors()).toBe(0);
    const meanwhile = acknowledged - before;
    writing = false;
    await Promise.all(writers);
    // It held nobody up: the writers went on while the process of the backup ran.
    expect(meanwhile).toBeGreaterThan(0);

    expect(existsSync(join(folder, 'master.key'))).toBe(false);
    expect(existsSync(join(folder, 'media/incoming'))).toBe(false);
    const { counts } = JSON.parse(backup.output());
    expect(counts.messages).toBeGreaterThanOrEqual(before);
    expect(counts.messages).toBeLessThanOrEqual(acknowledged);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
    }

    const restored = temporaryFolder();
    const { code, errors } = await confabIn(restored, ['restore', folder], { CONFAB_MASTER_KEY: MASTER_KEY });
    expect(code, errors).toBe(0);
    const file = join(restored, 'confab.db');
    const [{ epoch } = {}] = query(file, `SELECT value AS epoch FROM meta WHERE key = 'epoch'`);
    expect(epoch).not.toBe(query(join(folder, 'confab.db'), `SELECT value FROM meta WHERE key = 'epoch'`)[0]?.value);
    expect(readFileSync(join(restored, 'media/ab/picture'), 'utf8')).toBe('some bytes of a picture');
    // One moment of the database: indexes without a gap, and every counter, event and log entry fits them.
    expect(
      query(
        file,
        `SELECT count(*) AS messages, max("index") + 1 AS next, messages_count, next_message_index, messages_event - min(created_event) + 1 AS events,
          (SELECT count(*) FROM event_log WHERE kind = 'message.added') AS logged FROM messages JOIN conversations ON conversations.id = conversation_id`,
      ),
    ).toEqual([
      {
        messages: counts.messages,
        next: counts.messages,
        messages_count: counts.messages,
        next_message_index: counts.messages,
        events: counts.messages,
        logged: counts.messages,
      },
    ]);
    await confab.stop();
    const again = await startIn(restored);
    expect(await again.post(`/v1/Conversations/${sid}/Messages`, { Body: 'Goes on' })).toMatchObject({
      index: counts.messages,
    });
  });
});

describe('confab restore', () => {
  let good = '';
  beforeAll(async () => {
    const parent = mkdtempSync(join(tmpdir(), 'confab-backup-'));
    good = join(parent, 'backup');
    const dataDir = join(parent, 'data');
    const confab = await startConfab({ dataDir, masterKey: MASTER_KEY });
    mkdirSync(join(dataDir, 'media'));
    writeFileSync(join(dataDir, 'media/picture'), 'some bytes of a picture');
    const { code, output } = await confabIn(dataDir, ['backup', good]);
    expect(code).toBe(0);
    expect(output).toContain('The master key is not in it');
    await confab.stop();
    return () => rmSync(parent, { recursive: true, force: true });
  });

  async function restoreInto(folder: string, backup: string, env: Record<string, string> = {}) {
    return confabIn(folder, ['restore', backup], { CONFAB_MASTER_KEY: MASTER_KEY, ...env });
  }
  function changedBackup(change: (folder: string) => void): string {
    const folder = join(temporaryFolder(), 'changed');
    cpSync(good, folder, { recursive: true });
    change(folder);
    return folder;
  }
  function editManifest(folder: string, edit: (text: string) => string): void {
    const file = join(folder, 'manifest.json');
    writeFileSync(file, edit(readFileSync(file, 'utf8')));
  }

  it.each<[string, (folder: string) => void, string]>([
    [
      'a changed database',
      (folder) => appendFileSync(join(folder, 'confab.db'), 'x'),
      'confab.db of the backup is not what was written',
    ],
    [
      'changed media',
      (folder) => writeFileSync(join(folder, 'media/picture'), 'some bytes of A picture'),
      'media/picture of the backup is not',
    ],
    [
      'a missing file',
      (folder) => rmSync(join(folder, 'media/picture')),
      'media/picture of the backup cannot be copied',
    ],
    ['no manifest', (folder) => rmSync(join(folder, 'manifest.json')), 'no manifest.json'],
    [
      'a way out of the folder',
      (folder) => editManifest(folder, (text) => text.replace('media/picture', '../../picture')),
      'which no backup has',
    ],
    [
      'another count',
      (folder) => editManifest(folder, (text) => text.replace(/"roles": \d+/, '"roles": 99')),
      'rows in roles, and was made with 99',
    ],
    [
      'a newer format',
      (folder) => editManifest(folder, (text) => text.replace('"format": 1', '"format": 2')),
      'this Confab reads 1',
    ],
  ])('refuses a backup with %s, and leaves nothing behind', async (_what, change, message) => {
    const target = temporaryFolder();
    const { code, errors } = await restoreInto(target, changedBackup(change));
    expect(errors).toContain(message);
    expect(code).toBe(1);
    expect(readdirSync(target)).toEqual(['confab.lock']);
  });

  it('refuses a folder with data in it, and another master key or none', async () => {
    const target = temporaryFolder();
    const key = await restoreInto(target, good, { CONFAB_MASTER_KEY: randomBytes(32).toString('base64') });
    expect(key).toMatchObject({ code: 1, errors: expect.stringContaining('CONFAB_MASTER_KEY') });
    expect(await confabIn(target, ['restore', good])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('no master key'),
    });
    expect(await restoreInto(target, good)).toMatchObject({ code: 0, errors: '' });
    const before = readFileSync(join(target, 'confab.db'));
    expect(await restoreInto(target, good)).toMatchObject({ code: 1, errors: expect.stringContaining('is not empty') });
    expect(readFileSync(join(target, 'confab.db')).equals(before)).toBe(true);
    expect(await confabIn(target, ['backup', good])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('not empty'),
    });
  });
});
