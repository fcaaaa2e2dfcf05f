import { type Confab, startConfab } from '../../packages/confab/src/index.ts';
import { restClient } from '../support/rest.ts';
import { type Client, type Conversation, connect, type Message, type Participant, type Sdk } from '../support/sdk.ts';
import { eventually, heard } from './heard.ts';

/** What the cases of one release share: a server, and the clients of two users. Each case makes what it changes. */
export interface Stage {
  readonly sdk: Sdk;
  readonly confab: Confab;
  /** Of the account. */
  readonly rest: ReturnType<typeof restClient>;
  /** The same for what Confab adds. */
  readonly extension: ReturnType<typeof restClient>;
  readonly alice: Client;
  readonly bob: Client;
  /** A client of its own for a case. */
  connect(identity: string): Promise<Client>;
  /** The devices that are registered for somebody's pushes, as `fcm <id>`. */
  devicesOf(identity: string): Promise<string[]>;
  /** A new conversation, made by alice, that both are in and listen to. */
  room(options?: RoomOptions): Promise<Room>;
  close(): Promise<void>;
}

export interface RoomOptions {
  friendlyName?: string;
  uniqueName?: string;
  attributes?: { [name: string]: string | number };
}

interface Device {
  binding_type: string;
  endpoint: string;
}

/** One conversation, as each of the two has it. */
export interface Room {
  readonly sid: string;
  readonly alices: Conversation;
  readonly bobs: Conversation;
}

export async function openStage(sdk: Sdk): Promise<Stage> {
  // Nobody waits for longer than needed until typing has ended by itself, or somebody counts as gone.
  const confab = await startConfab({ limitOverrides: { typingTimeoutMs: 1_000, reachabilityOfflineMs: 300 } });
  const rest = restClient(confab);
  const service = `Services/${confab.chatServiceSid}`;
  await rest('POST', `${service}/Configuration`, { ReachabilityEnabled: 'true' });
  const clients: Client[] = [];
  const open = async (identity: string): Promise<Client> => {
    const client = await connect(sdk, confab, identity);
    clients.push(client);
    return client;
  };
  const [alice, bob] = await Promise.all([open('alice'), open('bob')]);
  return {
    sdk,
    confab,
    rest,
    extension: restClient(confab, '/confab/v1'),
    alice,
    bob,
    connect: open,
    async devicesOf(identity) {
      const page = await rest<{ bindings: Device[] }>(
        'GET',
        `${service}/Bindings?Identity=${encodeURIComponent(identity)}`,
      );
      return page.bindings.map(({ binding_type, endpoint }) => `${binding_type} ${endpoint}`).sort();
    },
    async room(options = {}) {
      const alices = await alice.createConversation(options);
      await alices.join();
      const joined = heard<Conversation>(bob, 'conversationJoined', ({ sid }) => sid === alices.sid);
      await alices.add('bob');
      const bobs = await joined;
      // A message that is stored before a client has opened the list is part of its start, not news (protocol 13, no. 17).
      await Promise.all([isOpen(alices), isOpen(bobs)]);
      return { sid: alices.sid, alices, bobs };
    },
    async close() {
      await Promise.all(clients.map((client) => client.shutdown()));
      await confab.stop();
    },
  };
}

/** Resolves when the client has the messages and both participants. */
async function isOpen(conversation: Conversation): Promise<void> {
  await conversation.getMessages(1);
  await eventually(async () => (await conversation.getParticipants()).length, 2);
}

/** The participant of that identity, as the client has it. */
export async function participantOf(conversation: Conversation, identity: string): Promise<Participant> {
  const participant = await conversation.getParticipantByIdentity(identity);
  if (participant === null) throw new Error(`${identity} is not in the conversation.`);
  return participant;
}

/** A message that both have: the SDK tells nothing of the change of one that a client does not have. */
export async function sentBy(own: Conversation, other: Conversation, body: string): Promise<Message> {
  const came = [own, other].map((one) => heard<Message>(one, 'messageAdded'));
  await own.sendMessage(body);
  const [message] = await Promise.all(came);
  if (message === undefined) throw new Error('The message did not come.');
  return message;
}
