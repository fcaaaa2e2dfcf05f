import type { LogEntry } from './chronicle.ts';

/** What the event log says that there must be, told entry by entry. */
export interface ExpectedState {
  conversations: Map<string, ExpectedConversation>;
  users: Map<string, { identity: string; friendlyName: string }>;
}

export interface ExpectedConversation {
  friendlyName: unknown;
  attributes: unknown;
  state: unknown;
  nextIndex: number;
  /** By SID. */
  messages: Map<string, { index: number; body: unknown; attributes: unknown; author: unknown }>;
  /** By SID. */
  participants: Map<string, ExpectedParticipant>;
}

export interface ExpectedParticipant {
  /** Null of who takes part by address. */
  identity: unknown;
  address: unknown;
  attributes: unknown;
  roleSid: unknown;
  horizon: unknown;
}

/** `wrong` is told of entries that cannot follow those before them. */
export function expectedState(entries: readonly LogEntry[], wrong: (what: string) => void): ExpectedState {
  const state: ExpectedState = { conversations: new Map(), users: new Map() };
  for (const entry of entries) apply(state, entry, (what) => wrong(`log entry ${entry.id} (${entry.kind}) ${what}`));
  return state;
}

function apply(
  { conversations, users }: ExpectedState,
  { kind, subject, payload }: LogEntry,
  wrong: (what: string) => void,
) {
  switch (kind) {
    case 'user.added':
    case 'user.updated':
      users.set(subject, { identity: String(payload.identity), friendlyName: String(payload.friendly_name) });
      return;
    case 'user.removed':
      if (!users.delete(subject)) wrong('removes a user who is not there');
      return;
    case 'conversation.added':
      conversations.set(subject, {
        friendlyName: payload.friendly_name,
        attributes: payload.attributes,
        state: payload.state,
        nextIndex: 0,
        messages: new Map(),
        participants: new Map(),
      });
      return;
  }
  const conversation = conversations.get(kind.startsWith('conversation.') ? subject : String(payload.conversation_sid));
  if (conversation === undefined) {
    if (/^(message|participant|conversation)\./.test(kind)) wrong('is about a conversation that is not there');
    return;
  }
  const { messages, participants } = conversation;
  const message = messages.get(subject);
  const participant = participants.get(subject);
  const { body, attributes, author, index, identity, role_sid: roleSid, address = null } = payload;
  switch (kind) {
    case 'conversation.updated':
      conversation.friendlyName = payload.friendly_name;
      conversation.attributes = attributes;
      break;
    case 'conversation.state_updated':
      if (payload.state_from !== conversation.state) wrong(`changes the state from ${payload.state_from}`);
      if (conversation.state === 'closed') wrong('opens what was closed');
      conversation.state = payload.state_to;
      break;
    case 'conversation.removed':
      conversations.delete(subject);
      break;
    case 'message.added':
      if (conversation.state === 'closed') wrong('is sent to a closed conversation');
      if (index !== conversation.nextIndex) wrong(`has index ${index}, not ${conversation.nextIndex}`);
      if (payload.participant_sid !== null && !participants.has(String(payload.participant_sid))) {
        wrong('was sent by somebody who is not there');
      }
      conversation.nextIndex += 1;
      messages.set(subject, { index: Number(index), body, attributes, author });
      break;
    case 'message.updated':
      if (message === undefined) wrong('changes a message that is not there');
      else messages.set(subject, { ...message, body, attributes });
      break;
    case 'message.removed':
      if (!messages.delete(subject)) wrong('removes a message that is not there');
      break;
    case 'participant.added':
      if (identity !== null && [...participants.values()].some((other) => other.identity === identity)) {
        wrong('adds somebody who is there');
      }
      if (address !== null && [...conversations.values()].some((other) => holds(other, address))) {
        wrong('gives a number pair that an open conversation has');
      }
      participants.set(subject, { identity, address, attributes, roleSid, horizon: null });
      break;
    case 'participant.updated':
      if (participant === undefined) wrong('changes a participant who is not there');
      else participants.set(subject, { ...participant, attributes, roleSid });
      break;
    case 'participant.read_horizon':
      if (participant === undefined) wrong('moves the horizon of a participant who is not there');
      else participants.set(subject, { ...participant, horizon: payload.last_read_message_index });
      break;
    case 'participant.removed':
      if (!participants.delete(subject)) wrong('removes a participant who is not there');
      break;
  }
}

/** A number pair is in one open conversation at a time (lifecycle 5). All pairs here have the same proxy address. */
function holds({ state, participants }: ExpectedConversation, address: unknown): boolean {
  return state !== 'closed' && [...participants.values()].some((participant) => participant.address === address);
}
