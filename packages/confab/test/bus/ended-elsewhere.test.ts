import { describe, expect, it, onTestFinished } from 'vitest';
import { type Confab, startConfab } from '../../src/index.ts';
import { startPostgresProxy } from '../store/support/postgres-proxy.ts';
import { createDatabase, needsPostgres } from '../support/postgres.ts';
import { openRawClient, type RawClient } from '../support/raw-client.ts';

async function login(node: Confab, identity: string): Promise<RawClient> {
  const client = await openRawClient(node.socketUrl);
  onTestFinished(() => client.socket.terminate());
  await client.init(await node.token(identity));
  return client;
}

async function post(node: Confab, path: string, form: Record<string, string>): Promise<unknown> {
  const credentials = Buffer.from(`${node.accountSid}:${node.authToken}`).toString('base64');
  const response = await fetch(`${node.url}/confab/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams(form),
  });
  return response.json();
}

const endSessions = (node: Confab, filter: Record<string, string>) => post(node, '/Sessions/End', filter);

const isTold = ({ packets }: RawClient): boolean => packets.some(({ header }) => header.method === 'close');

describe('sessions that are ended at another node', needsPostgres, () => {
  it('end by the hint, or without it by the next look at the database; others and later ones do not', async () => {
    const database = await createDatabase();
    onTestFinished(() => database.drop());
    const proxy = await startPostgresProxy(database.url);
    const asked = await startConfab({ databaseUrl: database.url, limitOverrides: { busCheckMs: 3_600_000 } });
    onTestFinished(() => asked.stop());
    // Only the hint can have it look.
    const hinted = await startConfab({ databaseUrl: database.url, limitOverrides: { busCheckMs: 3_600_000 } });
    onTestFinished(() => hinted.stop());
    const ann = await login(hinted, 'ann');
    const bob = await login(hinted, 'bob');
    expect(await endSessions(asked, { Identity: 'ann' })).toEqual({ ended: 0 });
    await ann.until(() => isTold(ann));

    // Only its own look can tell it.
    const deaf = await startConfab({ databaseUrl: proxy.url, limitOverrides: { busCheckMs: 50 } });
    onTestFinished(() => deaf.stop());
    const before = await login(deaf, 'ann');
    proxy.refuse();
    proxy.cutAll();
    await endSessions(asked, { Identity: 'ann', ServiceSid: asked.chatServiceSid });
    proxy.accept();
    await before.until(() => isTold(before));

    const after = await login(deaf, 'ann');
    await endSessions(asked, { Identity: 'nobody' });
    const last = await login(deaf, 'last');
    await endSessions(asked, { Identity: 'last' });
    // What is ended in order is applied in order: those that are still there were passed over.
    await last.until(() => isTold(last));
    expect([isTold(after), isTold(bob)]).toEqual([false, false]);
  });

  it('are slowed, and dropped with a goodbye, by the connection alone', async () => {
    const database = await createDatabase();
    onTestFinished(() => database.drop());
    const asked = await startConfab({ databaseUrl: database.url, limitOverrides: { busCheckMs: 3_600_000 } });
    onTestFinished(() => asked.stop());
    const hinted = await startConfab({ databaseUrl: database.url, limitOverrides: { busCheckMs: 3_600_000 } });
    onTestFinished(() => hinted.stop());
    const ann = await login(hinted, 'ann');
    const other = await login(hinted, 'ann');
    const [first, second] = hinted.connections.list({ identity: 'ann' });
    const at = `/Connections/${first?.connectionId}`;
    expect(await post(asked, `${at}/Shape`, { DelayMs: '5' })).toMatchObject({ here: false });
    await expect.poll(() => hinted.connections.list({ connectionId: first?.connectionId })[0]?.delayMs).toBe(5);
    await post(asked, `${at}/Drop`, { How: 'close', Code: '4000' });
    expect(await ann.closed).toMatchObject({ code: 4000 });
    await expect
      .poll(() => hinted.connections.list())
      .toMatchObject([{ connectionId: second?.connectionId, delayMs: 0 }]);
    expect(isTold(other)).toBe(false);
  });
});
