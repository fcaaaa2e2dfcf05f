import { expect, it, onTestFinished } from 'vitest';
import { type Conversation, connect, nextEvent, SDKS } from '../../../../conformance/support/sdk.ts';
import { startConfab } from '../../src/index.ts';
import { clientFor } from '../support/rest-server.ts';
import { emptyDatabase, onEachEngine } from '../support/store.ts';
import { createCommitGate } from './support/commit-gate.ts';

const [sdk] = SDKS;

onEachEngine('a message sent over REST to a connected client', (engine) => {
  it('is neither answered nor delivered while COMMIT is held, and both afterwards', async () => {
    const gate = createCommitGate();
    const location = await emptyDatabase(engine);
    const confab = await startConfab({
      ...(location.engine === 'sqlite' ? { dataDir: location.folder } : { databaseUrl: location.url }),
      parts: { wrapConnection: gate.wrapConnection },
    });
    onTestFinished(() => confab.stop());
    onTestFinished(() => gate.open());
    const backend = clientFor(confab.url, confab.accountSid, confab.authToken).conversations.v1;
    const { sid } = await backend.conversations.create({});

    const client = await connect(sdk, confab, 'ann');
    onTestFinished(() => client.shutdown());
    const joined = nextEvent<Conversation>(client, 'conversationJoined');
    await backend.conversations(sid).participants.create({ identity: 'ann' });
    const conversation = await joined;
    await conversation.getMessages(1);
    const heard: (string | null)[] = [];
    const told = new Promise<void>((resolve) => {
      client.on('messageAdded', ({ body }) => {
        heard.push(body);
        resolve();
      });
    });

    gate.shut();
    let answered = false;
    const sending = backend
      .conversations(sid)
      .messages.create({ body: 'hello' })
      .then((message) => {
        answered = true;
        return message;
      });
    await gate.reached();
    // The server goes on: another request is answered, and the client asks and is answered over the socket on which the event would be.
    expect(await backend.conversations(sid).messages.list()).toEqual([]);
    expect((await conversation.getMessages(10)).items).toEqual([]);
    expect(await conversation.getMessagesCount()).toBe(0);
    expect(answered).toBe(false);
    expect(heard).toEqual([]);

    gate.open();
    expect((await sending).index).toBe(0);
    await told;
    expect(heard).toEqual(['hello']);
  });
});
