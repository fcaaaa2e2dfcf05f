import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { startConfab } from '../../src/index.ts';
import { confabIn } from '../support/in-process-cli.ts';

it('confab seed makes as much as was asked for, with all counters and events in order', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'confab-generate-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  await (await startConfab({ dataDir, dev: false })).stop();
  const argv = ['seed', '--conversations', '12', '--messages', '600', '--users', '30', '--json'];
  const result = await confabIn(dataDir, argv);
  expect(result.code, result.errors).toBe(0);
  expect(result.json()).toMatchObject({ conversations: 12, messages: 600, users: 30 });
  const database = new DatabaseSync(join(dataDir, 'confab.db'), { readOnly: true });
  const count = (from: string) => database.prepare(`SELECT count(*) AS count FROM ${from}`).get()?.count;
  expect(count('conversations')).toBe(12);
  expect(count('users')).toBe(30);
  expect(count('messages')).toBe(600);
  expect(count(`event_log WHERE kind = 'message.added'`)).toBe(600);
  expect(count('participants WHERE last_read_message_index IS NOT NULL')).toBeGreaterThan(5);
  const wrong = `conversations WHERE messages_count <> (SELECT count(*) FROM messages WHERE conversation_id = conversations.id)
    OR participants_count <> (SELECT count(*) FROM participants WHERE conversation_id = conversations.id)
    OR next_message_index <> messages_count OR messages_event <> messages_count`;
  expect(count(wrong)).toBe(0);
  // Some conversations are much busier than others, and nobody writes where they are not.
  const { most } = Object(database.prepare('SELECT max(messages_count) AS most FROM conversations').get());
  expect(most).toBeGreaterThan(150);
  const strangers = `messages WHERE NOT EXISTS (SELECT 1 FROM participants
    WHERE participants.conversation_id = messages.conversation_id AND identity = author)`;
  expect(count(strangers)).toBe(0);
  database.close();
  expect(await confabIn(dataDir, argv)).toMatchObject({ code: 0 });
  expect(await confabIn(dataDir, ['seed', '--messages', '1'])).toMatchObject({ code: 2 });
});
