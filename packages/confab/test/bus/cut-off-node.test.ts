import { describe, expect, it, onTestFinished } from 'vitest';
import { startConfab } from '../../src/index.ts';
import { eventIds } from '../realtime/support.ts';
import { startPostgresProxy } from '../store/support/postgres-proxy.ts';
import { createDatabase, needsPostgres } from '../support/postgres.ts';
import { openRawClient } from '../support/raw-client.ts';
import { clientFor } from '../support/rest-server.ts';

describe('a node that was cut off from the bus', needsPostgres, () => {
  it('looks at the database when it hears again, for what it has missed', async () => {
    const database = await createDatabase();
    onTestFinished(() => database.drop());
    const proxy = await startPostgresProxy(database.url);
    // So that nothing but the bus has it look.
    const limitOverrides = { busCheckMs: 3_600_000 };
    const writing = await startConfab({ databaseUrl: database.url, limitOverrides });
    onTestFinished(() => writing.stop());
    const serving = await startConfab({ databaseUrl: proxy.url, limitOverrides });
    onTestFinished(() => serving.stop());

    const backend = clientFor(writing.url, writing.accountSid, writing.authToken).conversations.v1;
    const { sid } = await backend.conversations.create({});
    await backend.conversations(sid).participants.create({ identity: 'ann' });
    const ann = await openRawClient(serving.socketUrl);
    onTestFinished(() => ann.socket.terminate());
    await ann.init(await serving.token('ann'));
    const messages = `ES${sid.slice(2)}`;
    await ann.subscribe([messages, 'list', null]);
    const until = (count: number) => ann.until(() => eventIds(ann, messages).length >= count, `${count} events`);

    await backend.conversations(sid).messages.create({ body: 'heard' });
    await until(1);
    proxy.refuse();
    proxy.cutAll();
    await backend.conversations(sid).messages.create({ body: 'missed' });
    proxy.accept();
    await until(2);
    expect(eventIds(ann, messages)).toEqual([1, 2]);
  });
});
