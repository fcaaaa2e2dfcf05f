import { expect } from 'vitest';
import { manualClock } from '../../../packages/confab/src/clock.ts';
import { startConfab } from '../../../packages/confab/src/index.ts';
import { startRelay } from '../../support/relay.ts';
import { type Client, connectWith, type Message } from '../../support/sdk.ts';
import { eventually, heard, refusal, remembered } from '../heard.ts';
import type { Stage } from '../stage.ts';
import type { Case } from './case.ts';

interface ConnectionError {
  terminal: boolean;
  message: string;
  httpStatusCode?: number;
  errorCode?: number;
}

/** The life of a client and of its token: methods of Client. */
export const sessionMethods: Record<string, Case> = {
  async create({ sdk, confab }) {
    const options = { Twilsock: { uri: confab.socketUrl } };
    const client = await sdk.library.Client.create(await confab.token('made by create'), options);
    expect([client.user.identity, client.connectionState]).toEqual(['made by create', 'connected']);
    expect(client.version).toBe(sdk.version);
    await client.shutdown();
  },

  async shutdown({ connect, room }) {
    const { alices } = await room();
    const carol = await connect('carol who goes');
    const states = remembered<string>(carol, 'connectionStateChanged');
    const came = remembered<Message>(carol, 'messageAdded');
    await alices.add('carol who goes');
    await heard(carol, 'conversationJoined');
    await carol.shutdown();
    await eventually(() => states.slice(-2), ['disconnecting', 'disconnected']);
    await alices.sendMessage('after');
    expect([came, carol.connectionState]).toEqual([[], 'disconnected']);
  },

  async updateToken({ connect, confab, room }) {
    const { sid, alices } = await room();
    const carol = await connect('carol with two tokens');
    const states = remembered<string>(carol, 'connectionStateChanged');
    const token = await confab.token('carol with two tokens', { ttl: 7200 });
    expect(await carol.updateToken(token)).toBe(carol);
    expect(carol.token).toBe(token);
    const joined = heard(carol, 'conversationJoined');
    await alices.add('carol with two tokens');
    await joined;
    expect((await carol.getConversationBySid(sid)).status).toBe('joined');
    // Nothing was interrupted.
    expect(states.filter((state) => state !== 'connected')).toEqual([]);
    expect((await refusal(carol.updateToken(await confab.token('somebody else')))).message).toMatch(/./);
  },
};

/** Events of Client about itself. */
export const sessionEvents: Record<string, Case> = {
  async initialized({ sdk, confab }) {
    const client = sdk.connect(await confab.token('begins'), confab.socketUrl);
    await heard(client, 'initialized');
    expect(client.user).toMatchObject({ identity: 'begins', friendlyName: 'begins' });
    await client.shutdown();
  },

  async stateChanged(stage) {
    const { sdk, confab } = stage;
    const good = sdk.connect(await confab.token('begins well'), confab.socketUrl);
    expect(await heard(good, 'stateChanged')).toBe('initialized');
    await good.shutdown();
    expect(await heard(refused(stage), 'stateChanged')).toBe('failed');
  },

  async initFailed(stage) {
    const { error } = await heard<{ error: ConnectionError }>(refused(stage), 'initFailed');
    expect(error).toMatchObject({ terminal: true, message: expect.any(String) });
  },

  async connectionError(stage) {
    const error = await heard<ConnectionError>(refused(stage), 'connectionError');
    expect(error).toMatchObject({ terminal: true, httpStatusCode: 401, errorCode: 20101, message: expect.any(String) });
  },

  async connectionStateChanged({ sdk, confab, room }) {
    const { sid, alices } = await room();
    await alices.add('carol behind a cable');
    const relay = await startRelay(confab.socketUrl);
    const carol = sdk.connect(await confab.token('carol behind a cable'), relay.socketUrl);
    const states = remembered<string>(carol, 'connectionStateChanged');
    await heard(carol, 'initialized');
    expect(states).toEqual(['connecting', 'connected']);
    await (await carol.getConversationBySid(sid)).getMessages(1);
    const cut = heard(carol, 'connectionStateChanged', (state) => state === 'connecting');
    relay.cut();
    await cut;
    const came = heard<Message>(carol, 'messageAdded');
    await alices.sendMessage('while away');
    relay.mend();
    expect((await came).body).toBe('while away');
    expect(states.at(-1)).toBe('connected');
    await carol.shutdown();
    await eventually(() => states.slice(-2), ['disconnecting', 'disconnected']);
    await relay.close();
  },

  async tokenAboutToExpire({ sdk, confab }) {
    const token = await confab.token('soon over', { ttl: 120 });
    const client = sdk.connect(token, confab.socketUrl);
    const told = heard(client, 'tokenAboutToExpire');
    await heard(client, 'initialized');
    await told;
    await client.updateToken(await confab.token('soon over'));
    expect(client.connectionState).toBe('connected');
    await client.shutdown();
  },

  async tokenExpired({ sdk }) {
    const clock = manualClock(Date.now());
    const confab = await startConfab({ parts: { clock } });
    const client: Client = await connectWith(await confab.token('over', { ttl: 600 }), confab.socketUrl, sdk);
    // A client that loses its connection while it loads the list for the first time never has one: a fault of the SDK.
    await client.getSubscribedConversations();
    // As apps do it: in the listener.
    const renewed = new Promise((resolve) => {
      client.once('tokenExpired', () => resolve(confab.token('over').then((token) => client.updateToken(token))));
    });
    clock.advance(600_000);
    expect(await renewed).toBe(client);
    await eventually(() => client.connectionState, 'connected');
    expect((await client.createConversation({ friendlyName: 'Back' })).friendlyName).toBe('Back');
    await client.shutdown();
    await confab.stop();
  },
};

/** A client with a token that is none. */
function refused({ sdk, confab }: Stage): Client {
  return sdk.connect('no token', confab.socketUrl);
}
