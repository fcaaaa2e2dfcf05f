import * as sdk3 from '@twilio/conversations';
import * as sdk24 from '@twilio/conversations-2.4';
import * as sdk27 from '@twilio/conversations-2.7';
import twilio from 'twilio';
import type { Confab } from '../../packages/confab/src/index.ts';

/** What a client must know of the server: an embedded one has it, and so has one in a process of its own. */
export type Server = Pick<Confab, 'accountSid' | 'apiKey' | 'apiSecret' | 'chatServiceSid' | 'socketUrl'>;

export type Client = sdk3.Client;
export type Conversation = sdk3.Conversation;
export type Message = sdk3.Message;
export type Participant = sdk3.Participant;
export type User = sdk3.User;

/** What a release exports, in the words of the newest: an older one lacks some of it (see sdk/surface.test.ts). */
export type Library = typeof sdk3;

/** The official browser SDK, in the releases that Confab is held to. */
export const SDKS = [
  release('3.0.1', '@twilio/conversations', sdk3),
  // The releases have the same methods and events as far as the suites use them, and unrelated types.
  release('2.7.0', '@twilio/conversations-2.7', sdk27 as never),
  // Its Sync library asks for pages by their tokens (protocol 16.1).
  release('2.4.0', '@twilio/conversations-2.4', sdk24 as never),
] as const;

function release(version: string, packageName: string, library: Library) {
  return {
    name: `@twilio/conversations ${version}`,
    version,
    packageName,
    library,
    connect: (token: string, uri: string): Client => new library.Client(token, options(uri)),
  };
}

export type Sdk = (typeof SDKS)[number];

/** The one thing that an app changes. The option is not in the SDK's types. */
function options(uri: string): object {
  return { Twilsock: { uri } };
}

/** An Access Token as a backend makes it, with the official helper library. */
export function mintToken({ accountSid, apiKey, apiSecret, chatServiceSid }: Server, identity: string): string {
  const { AccessToken } = twilio.jwt;
  const token = new AccessToken(accountSid, apiKey, apiSecret, { identity, ttl: 3600 });
  token.addGrant(new AccessToken.ChatGrant({ serviceSid: chatServiceSid }));
  return token.toJwt();
}

/** A client that is initialised. */
export function connect(sdk: Sdk, confab: Server, identity: string): Promise<Client> {
  return connectWith(mintToken(confab, identity), confab.socketUrl, sdk);
}

/** The same, with a token that is there already. */
export async function connectWith(token: string, uri: string, sdk: Sdk = SDKS[0]): Promise<Client> {
  const client = sdk.connect(token, uri);
  await new Promise<void>((resolve, reject) => {
    client.on('initialized', resolve);
    client.on('initFailed', ({ error }) => reject(new Error(`The client did not start: ${JSON.stringify(error)}`)));
  });
  return client;
}

/** The next time that the client tells the event. */
export function nextEvent<Value>(client: Client, event: string): Promise<Value> {
  return new Promise((resolve) => client.once(event as never, resolve as never));
}

/** Remembers the messages that a client is told of, and waits until there are enough. */
export function collectMessages(client: Client): { all: Message[]; until(count: number): Promise<void> } {
  const all: Message[] = [];
  let waiting: { count: number; resolve: () => void } | undefined;
  client.on('messageAdded', (message) => {
    all.push(message);
    if (waiting !== undefined && all.length >= waiting.count) waiting.resolve();
  });
  return {
    all,
    until: (count) =>
      new Promise((resolve) => {
        waiting = { count, resolve };
        if (all.length >= count) resolve();
      }),
  };
}

/** The next time that the client's connection gets into this state. */
export function nextConnectionState(client: Client, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const listen = (state: string): void => {
      if (state !== wanted) return;
      client.off('connectionStateChanged', listen);
      resolve();
    };
    client.on('connectionStateChanged', listen);
  });
}

/** The whole conversation, page by page from the end. */
export async function everyMessage(conversation: Conversation): Promise<Message[]> {
  let page = await conversation.getMessages(100);
  const messages = [...page.items];
  while (page.hasPrevPage) {
    page = await page.prevPage();
    messages.unshift(...page.items);
  }
  return messages;
}
