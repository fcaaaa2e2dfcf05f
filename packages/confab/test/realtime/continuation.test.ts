import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { startConfab } from '../../src/index.ts';
import { openRawClient } from '../support/raw-client.ts';
import { textAt } from '../support/raw-frames.ts';
import { startTestServer, statusOf } from './support.ts';

const server = await startTestServer();

/** Logs in as the SDK does on its first connection. */
async function first(identity: string): Promise<string> {
  const client = await server.open();
  return textAt((await client.init(await server.token(identity))).header, 'continuation_token');
}

/** Comes back with a continuation token. */
async function comeBack(identity: string, continuationToken: string, chatServiceSid?: string) {
  const client = await server.open();
  const reply = await client.init(await server.token(identity, { chatServiceSid }), { continuationToken });
  if (statusOf(reply.header) !== 200) await client.closed;
  return reply.header;
}

const refused = { status: { code: 401, errorCode: 20101 } };

test('the same client is taken back', async () => {
  const token = await first('alice');
  const header = await comeBack('alice', token);
  expect(statusOf(header)).toBe(200);
  expect(statusOf(await comeBack('alice', textAt(header, 'continuation_token')))).toBe(200);
});

test('an identity of any characters and length is taken back', async () => {
  for (const identity of ['"\\\n', '😀'.repeat(256), '\u0001'.repeat(256)]) {
    expect(statusOf(await comeBack(identity, await first(identity)))).toBe(200);
  }
});

test('a token that was tampered with is refused', async () => {
  const token = await first('alice');
  const [payload = '', signature = ''] = token.split('.');
  const fields = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify(['another epoch', ...fields.slice(1)])).toString('base64url');
  for (const bad of [
    '',
    'nonsense',
    payload,
    `${payload}.`,
    `.${signature}`,
    `${forged}.${signature}`,
    `${payload}.${signature}.`,
    `${payload}.${signature.slice(0, -2)}AA`,
    `${payload}.${'A'.repeat(43)}`,
    'x'.repeat(10_000),
  ]) {
    expect(await comeBack('alice', bad)).toMatchObject(refused);
  }
});

test('the token of another user or service is refused', async () => {
  const token = await first('alice');
  expect(await comeBack('bob', token)).toMatchObject(refused);
  const { body } = await server.rest('POST', '/v1/Services', { FriendlyName: 'other' });
  expect(await comeBack('alice', token, textAt(body, 'sid'))).toMatchObject(refused);
});

test('a client from before the data was reset is refused, and a new one is not', async () => {
  const token = await first('alice');
  const client = await server.login('alice');
  await server.reset();
  await client.closed;
  expect(await comeBack('alice', token)).toMatchObject(refused);
  expect(statusOf(await comeBack('alice', await first('alice')))).toBe(200);
});

test('a client from before a restart is taken back, and one from before a restored backup is not', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'confab-continuation-'));
  /** Starts the server, logs in, and stops it again. */
  const visit = async (continuationToken: string | null) => {
    const confab = await startConfab({ dataDir });
    const client = await openRawClient(confab.socketUrl);
    const { header } = await client.init(await confab.token('alice'), { continuationToken });
    await confab.stop();
    return header;
  };
  try {
    const token = textAt(await visit(null), 'continuation_token');
    expect(statusOf(await visit(token))).toBe(200);
    const database = new DatabaseSync(join(dataDir, 'confab.db'));
    const { changes } = database.prepare("UPDATE meta SET value = 'another' WHERE key = 'epoch'").run();
    database.close();
    expect(changes).toBe(1);
    expect(await visit(token)).toMatchObject(refused);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
