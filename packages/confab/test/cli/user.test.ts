import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startConfab } from '../../src/index.ts';
import { confabIn } from '../support/in-process-cli.ts';

const IDENTITY = 'zoe@example.com';
const BODY = 'what only zoe said';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'confab-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('exports and erases a person, on the data itself and through a server', { timeout: 60_000 }, async () => {
  const server = await startConfab({ dataDir: folder });
  const env = { CONFAB_ACCOUNT_SID: server.accountSid, CONFAB_AUTH_TOKEN: server.authToken };
  const remote = ['--url', server.url];
  const authorization = `Basic ${Buffer.from(`${server.accountSid}:${server.authToken}`).toString('base64')}`;
  const make = (path: string, form: Record<string, string>) =>
    fetch(`${server.url}/v1${path}`, { method: 'POST', headers: { authorization }, body: new URLSearchParams(form) });
  await make('/Conversations', { UniqueName: 'room' });
  for (const Identity of [IDENTITY, 'bob']) await make('/Conversations/room/Participants', { Identity });
  await make('/Conversations/room/Messages', { Author: IDENTITY, Body: BODY });
  await make('/Conversations/room/Messages', { Author: 'bob', Body: 'and bob' });

  const service = server.chatServiceSid;
  const uploaded = await fetch(`${server.url}/v1/Services/${service}/Media`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'text/plain' },
    body: 'what is in the file',
  });
  const { sid: file } = Object(await uploaded.json());
  await make('/Conversations/room/Messages', { Author: 'bob', MediaSid: file });
  const roomTo = (name: string) => ['conversation', 'export', 'room', '--media', name];
  const expectFile = async (output: string, name: string) => {
    expect(output).toContain(`"file":"${file}"`);
    expect(await readFile(join(folder, name, file), 'utf8')).toBe('what is in the file');
  };
  await expectFile((await confabIn(folder, [...roomTo('one'), ...remote], env)).output, 'one');

  const exported = await confabIn(folder, ['user', 'export', IDENTITY, ...remote], env);
  expect(exported).toMatchObject({ code: 0, output: expect.stringContaining(BODY) });
  expect(exported.output).not.toContain('and bob');
  const bobs = ['user', 'erase', 'bob', '--messages', 'pseudonymise', ...remote];
  expect(await confabIn(folder, bobs, env)).toMatchObject({ code: 1, errors: expect.stringContaining('--yes') });
  expect(await confabIn(folder, [...bobs, '--yes'], env)).toMatchObject({ code: 0 });
  await server.stop();

  await expectFile((await confabIn(folder, roomTo('two'))).output, 'two');
  expect(await confabIn(folder, roomTo('two'))).toMatchObject({ code: 1, errors: expect.stringContaining('already') });
  const room = await confabIn(folder, ['conversation', 'export', 'room']);
  expect(room).toMatchObject({ code: 0, output: expect.stringContaining('and bob') });
  expect(room.output).not.toContain('"bob"');
  const erased = await confabIn(folder, ['user', 'erase', IDENTITY, '--messages', 'delete', '--yes', '--json']);
  expect(erased.json()).toMatchObject({ status: 'completed', messages_changed: 1 });
  expect(await confabIn(folder, ['conversation', 'export', 'nowhere'])).toMatchObject({ code: 1, output: '' });
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name)).catch(() => Buffer.alloc(0));
    for (const secret of [IDENTITY, BODY]) expect(bytes.includes(secret), name).toBe(false);
  }
});
