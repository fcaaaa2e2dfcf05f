import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { manualClock } from '../src/clock.ts';
import { createLogger } from '../src/logging.ts';
import { CLIENT, startTestServer } from './realtime/support.ts';

const MB = 1024 ** 2;
const clock = manualClock(Date.UTC(2026, 0, 1));
const disk = { free: 100 * MB, total: 1000 * MB };
const log: Record<string, unknown>[] = [];
const logger = createLogger({ level: 'info', stream: { write: (line) => log.push(JSON.parse(line)) } });
const dataDir = mkdtempSync(join(tmpdir(), 'confab-low-disk-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const server = await startTestServer({ dataDir, parts: { clock, logger, diskSpace: () => ({ ...disk }) } });

it('a disk that is nearly full: changes are refused and say why, reads go on, and all is over when there is room', async () => {
  const confab = server;
  const authorization = `Basic ${Buffer.from(`${confab.accountSid}:${confab.authToken}`).toString('base64')}`;
  const rest = async (path: string, form?: Record<string, string>) => {
    const response = await fetch(`${confab.url}${path}`, {
      headers: { authorization },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    const text = await response.text();
    return { status: response.status, retryAfter: response.headers.get('retry-after'), text };
  };
  const { text } = await rest('/v1/Conversations', { UniqueName: 'general' });
  const { sid } = JSON.parse(text);
  expect((await rest(`/v1/Conversations/${sid}/Participants`, { Identity: 'alice' })).status).toBe(201);
  const alice = await server.login('alice');
  const send = () => alice.request('POST', `${CLIENT}/Conversations/${sid}/Messages`, { body: 'Hello' });
  expect((await send()).status).toBe(201);

  const keys = `/2010-04-01/Accounts/${confab.accountSid}/Keys`;
  const { sid: key } = JSON.parse((await rest(`${keys}.json`, { FriendlyName: 'to be revoked' })).text);

  disk.free = 49 * MB;
  clock.advance(2000);
  const refused = await rest(`/v1/Conversations/${sid}/Messages`, { Body: 'Hello' });
  expect(refused).toMatchObject({
    status: 503,
    retryAfter: '30',
    text: expect.stringContaining('Make room on the disk'),
  });
  expect(JSON.parse(refused.text)).toMatchObject({ code: 20503, status: 503 });
  expect(await send()).toMatchObject({
    status: 503,
    body: { code: 20503, message: expect.stringContaining('no room') },
  });
  // Nothing of a file is stored.
  const upload = await fetch(`${confab.url}/v1/Services/${confab.chatServiceSid}/Media`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'text/plain' },
    body: 'a file',
  });
  expect([upload.status, await upload.json()]).toMatchObject([503, { code: 20503 }]);
  expect(existsSync(join(dataDir, 'media', 'incoming'))).toBe(false);
  // What protects and what makes room is not refused.
  const remove = async (path: string) =>
    (await fetch(`${confab.url}${path}`, { method: 'DELETE', headers: { authorization } })).status;
  const last = JSON.parse((await rest(`/v1/Conversations/${sid}/Messages`)).text).messages[0].sid;
  expect(await remove(`/v1/Conversations/${sid}/Messages/${last}`)).toBe(204);
  expect(await remove(`${keys}/${key}.json`)).toBe(204);
  expect((await rest('/confab/v1/Erasures', { Identity: 'bob', Messages: 'delete' })).status).toBe(202);
  // Reads go on, for who is there and for who comes.
  expect((await rest(`/v1/Conversations/${sid}/Messages`)).status).toBe(200);
  const again = await server.login('alice');
  expect((await again.request('GET', `${CLIENT}/MyConversations`)).status).toBe(200);
  expect((await rest('/ready')).status).toBe(200);
  const metrics = (await rest('/metrics')).text;
  expect(metrics).toContain('confab_disk_low 1');
  expect(metrics).toContain(`confab_disk_free_bytes ${49 * MB}`);
  // Told once, not for each request.
  clock.advance(10_000);
  expect(log.filter(({ level }) => level === 'error')).toMatchObject([
    { msg: expect.stringContaining('less than 5%') },
  ]);

  disk.free = 50 * MB;
  clock.advance(2000);
  expect((await send()).status).toBe(201);
  expect((await rest('/metrics')).text).toContain('confab_disk_low 0');
  expect(JSON.parse((await rest(`/v1/Conversations/${sid}/Messages`)).text).messages).toHaveLength(1);
});
