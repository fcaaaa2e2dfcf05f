import { Client, type Conversation, type Message, type Participant } from '@twilio/conversations';
import { useEffect, useState } from 'react';
import { textOf } from '../../../api/pages.ts';
import { fieldsOf, rest } from '../../../api/rest.ts';

export interface Talk {
  /** What the SDK says of its connection; undefined until there is one. */
  connection: string | undefined;
  conversation: Conversation | undefined;
  messages: readonly Message[];
  /** Identities of others who are typing. */
  typing: readonly string[];
  error: Error | undefined;
}

const NOTHING: Talk = { connection: undefined, conversation: undefined, messages: [], typing: [], error: undefined };

/** How many of the messages before are read. */
const HISTORY = 30;

/**
 * Takes part in the conversation as an app does: with a token of that identity, through the official SDK. Who does not take part yet is
 * added first, by the console's own session.
 */
export function useTalk(service: string, sid: string, identity: string | undefined): Talk {
  const [talk, setTalk] = useState<Talk>(NOTHING);
  useEffect(() => {
    setTalk(NOTHING);
    if (identity === undefined) return;
    const set = (change: Partial<Talk>) => setTalk((before) => ({ ...before, ...change }));
    const ended = new AbortController();
    begin(service, sid, identity, set, ended.signal).catch((error: unknown) => {
      if (!ended.signal.aborted) set({ error: error instanceof Error ? error : new Error(String(error)) });
    });
    return () => ended.abort();
  }, [service, sid, identity]);
  return talk;
}

async function begin(
  service: string,
  sid: string,
  identity: string,
  set: (change: Partial<Talk>) => void,
  signal: AbortSignal,
): Promise<void> {
  const client = new Client(await tokenFor(service, identity), socketOptions());
  signal.addEventListener('abort', () => void client.shutdown());
  if (signal.aborted) return void client.shutdown();
  client.on('tokenAboutToExpire', () => {
    void tokenFor(service, identity).then((token) => client.updateToken(token));
  });
  client.on('connectionStateChanged', (connection) => set({ connection }));
  await new Promise<void>((resolve, reject) => {
    client.on('initialized', () => resolve());
    client.on('initFailed', ({ error }) => reject(new Error(error?.message ?? 'The SDK could not connect.')));
  });
  await takePart(service, sid, identity);
  const conversation = await client.getConversationBySid(sid);
  const { items } = await conversation.getMessages(HISTORY);
  const messages = new Map(items.map((message) => [message.index, message]));
  const typing = new Set<string>();
  const show = () => set({ messages: [...messages.values()].sort((a, b) => a.index - b.index) });
  const showTyping = (participant: Participant, isTyping: boolean) => {
    const name = participant.identity ?? participant.sid;
    if (isTyping) typing.add(name);
    else typing.delete(name);
    set({ typing: [...typing] });
  };
  const keep = (message: Message) => {
    messages.set(message.index, message);
    show();
  };
  conversation.on('messageAdded', keep);
  conversation.on('messageUpdated', ({ message }) => keep(message));
  conversation.on('messageRemoved', ({ index }) => {
    messages.delete(index);
    show();
  });
  conversation.on('typingStarted', (participant) => showTyping(participant, true));
  conversation.on('typingEnded', (participant) => showTyping(participant, false));
  set({ conversation });
  show();
}

async function tokenFor(service: string, identity: string): Promise<string> {
  const path = `/confab/v1/Services/${encodeURIComponent(service)}/Tokens`;
  return textOf(fieldsOf(await rest(path, { form: { Identity: identity } })).token);
}

/** Not in the SDK's types: where this server's socket is. */
function socketOptions(): object {
  const uri = new URL('/v3/wsconnect', location.href);
  uri.protocol = uri.protocol === 'https:' ? 'wss:' : 'ws:';
  return { Twilsock: { uri: uri.href } };
}

async function takePart(service: string, sid: string, identity: string): Promise<void> {
  const path = `/v1/Services/${encodeURIComponent(service)}/Conversations/${encodeURIComponent(sid)}/Participants`;
  const one = `${path}/${encodeURIComponent(identity)}`;
  const isIn = await rest(one).then(
    () => true,
    () => false,
  );
  if (!isIn) await rest(path, { form: { Identity: identity } });
}
