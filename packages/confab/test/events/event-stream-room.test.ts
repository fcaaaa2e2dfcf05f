import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startConfab } from '../../src/index.ts';
import { createDatabase, needsPostgres } from '../support/postgres.ts';

// Where each look at the database is a wait, in which others come and clients leave.
describe('the streams of events that a node has room for', needsPostgres, () => {
  it('are no more, however many come at once, and those whose client left at once take none', async () => {
    const database = await createDatabase();
    onTestFinished(() => database.drop());
    const confab = await startConfab({ databaseUrl: database.url });
    onTestFinished(() => confab.stop());
    const { hostname, port } = new URL(confab.url);
    const authorization = `Basic ${Buffer.from(`${confab.accountSid}:${confab.authToken}`).toString('base64')}`;
    const head = `GET /confab/v1/Events HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: ${authorization}\r\n\r\n`;
    const leave = () =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(Number(port), hostname, () => socket.write(head, () => socket.resetAndDestroy()));
        socket.on('close', () => resolve()).on('error', reject);
      });
    const open = async () => {
      const abort = new AbortController();
      onTestFinished(() => abort.abort());
      const { status } = await fetch(`${confab.url}/confab/v1/Events`, {
        headers: { authorization },
        signal: abort.signal,
      });
      return { status, stop: () => abort.abort() };
    };
    const lookForRoom = async () => {
      const { status, stop } = await open();
      stop();
      return status;
    };

    const all = await Promise.all(Array.from({ length: 70 }, open));
    expect(all.filter(({ status }) => status === 200).length).toBe(50);
    expect(all.filter(({ status }) => status === 429).length).toBe(20);
    for (const { stop } of all) stop();
    await expect.poll(lookForRoom, { timeout: 20_000 }).toBe(200);

    for (let time = 0; time < 3; time += 1) await Promise.all(Array.from({ length: 40 }, leave));
    await expect.poll(lookForRoom, { timeout: 20_000 }).toBe(200);
  });
});
