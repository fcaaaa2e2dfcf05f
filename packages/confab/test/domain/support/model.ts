/** Who acts: the operator's backend, or a user by number. */
export type Who = 'backend' | number;

export interface Step {
  kind: 'create' | 'add' | 'remove' | 'send' | 'edit' | 'delete' | 'read' | 'rename';
  actor: Who;
  conversation: number;
  /** The user whom it is about. */
  user: number;
  /** Which message, counted from the oldest, removed ones included; beyond the last: the last. */
  message: number;
  text: string;
}

/** The items of a Sync object by key, and what is compared of them. */
export type Items = ReadonlyMap<string, string>;

/** A Sync object after each of its events; at 0 as it was before the first. */
export type History = Items[];

export interface ModelMessage {
  sid: string;
  author: string;
  body: string;
  removed: boolean;
}

export interface ModelConversation {
  sid: string;
  creator: Who;
  name: string | null;
  /** Users who are in, with the SID of their participant and how far they have read. */
  members: Map<number, { sid: string; read: number | null }>;
  /** By index. */
  messages: ModelMessage[];
  lastIndex: number | null;
  histories: { channel: History; messages: History; roster: History };
}

export interface Model {
  identities: readonly string[];
  conversations: ModelConversation[];
  memberships: History[];
}

export function newModel(identities: readonly string[]): Model {
  return { identities, conversations: [], memberships: identities.map(() => [new Map()]) };
}

/** Codes of the refusals: not a participant, not allowed, there already, no such participant, no such message. */
const OUTSIDE = 50430;
const NOT_ALLOWED = 50107;
const EXISTS = 50433;
const NO_PARTICIPANT = 50432;
const NOT_FOUND = 20404;

/** The code that the step must be refused with; undefined when it must succeed. */
export function refusalOf(model: Model, step: Step): number | undefined {
  const conversation = model.conversations[step.conversation];
  if (step.kind === 'create' || conversation === undefined) return undefined;
  const { members } = conversation;
  const self = step.actor === step.user;
  const isIn = members.has(step.user);
  const message = messageOf(conversation, step);
  const own = message !== undefined && !message.removed && message.author === nameOf(model, step.actor);
  const notHere = message === undefined || message.removed ? NOT_FOUND : undefined;
  switch (step.kind) {
    case 'add':
      return (self ? undefined : needs(conversation, step.actor, 'admin')) ?? (isIn ? EXISTS : undefined);
    case 'remove':
      return needs(conversation, step.actor, self && isIn ? 'member' : 'admin') ?? (isIn ? undefined : NO_PARTICIPANT);
    case 'send':
      return needs(conversation, step.actor, 'member');
    case 'edit':
    case 'delete':
      return needs(conversation, step.actor, own ? 'member' : 'admin') ?? notHere;
    case 'read':
      return step.actor === 'backend' ? undefined : needs(conversation, step.actor, 'member');
    case 'rename':
      return needs(conversation, step.actor, 'admin');
  }
}

function needs({ members, creator }: ModelConversation, actor: Who, role: 'member' | 'admin'): number | undefined {
  if (actor === 'backend') return undefined;
  if (!members.has(actor)) return OUTSIDE;
  return role === 'member' || actor === creator ? undefined : NOT_ALLOWED;
}

export function nameOf({ identities }: Model, who: Who): string {
  return who === 'backend' ? 'system' : (identities[who] ?? '');
}

export function messageOf({ messages }: ModelConversation, { message }: Step): ModelMessage | undefined {
  return messages[Math.min(message, messages.length - 1)];
}

/** Applies a step that succeeded and made what has this SID, if it made something. */
export function apply(model: Model, step: Step, sid: string): void {
  if (step.kind === 'create') {
    model.conversations.push({
      sid,
      creator: step.actor,
      name: null,
      members: new Map(),
      messages: [],
      lastIndex: null,
      histories: { channel: [new Map()], messages: [new Map()], roster: [new Map()] },
    });
    return;
  }
  const conversation = model.conversations[step.conversation];
  if (conversation === undefined) return;
  const { members, messages, histories } = conversation;
  const member = members.get(step.user);
  const message = messageOf(conversation, step);
  const lastIndex = conversation.lastIndex;
  switch (step.kind) {
    case 'add':
      members.set(step.user, { sid, read: null });
      break;
    case 'remove':
      members.delete(step.user);
      break;
    case 'send':
      conversation.lastIndex =
        messages.push({ sid, author: nameOf(model, step.actor), body: step.text, removed: false }) - 1;
      break;
    case 'edit':
      if (message !== undefined) message.body = step.text;
      break;
    case 'delete':
      if (message !== undefined) message.removed = true;
      if (lastIndex !== null && messages[lastIndex] === message) {
        const rest = messages.findLastIndex(({ removed }) => !removed);
        conversation.lastIndex = rest === -1 ? null : rest;
      }
      break;
    case 'read':
      if (member !== undefined) member.read = Math.min(step.message, messages.length - 1);
      break;
    case 'rename':
      conversation.name = step.text;
  }
  if (['send', 'edit', 'delete'].includes(step.kind)) histories.messages.push(messageItems(conversation));
  if (['send', 'rename'].includes(step.kind) || conversation.lastIndex !== lastIndex) {
    histories.channel.push(new Map([['', itemOf(conversation.lastIndex, conversation.name)]]));
  }
  if (['add', 'remove', 'read'].includes(step.kind)) {
    histories.roster.push(
      new Map([...members].map(([user, { sid, read }]) => [sid, itemOf(nameOf(model, user), read)])),
    );
    model.memberships[step.user]?.push(membershipItems(model, step.user));
  }
}

function messageItems({ messages }: ModelConversation): Items {
  return new Map(
    messages.flatMap(({ author, body, removed }, index) => (removed ? [] : [[String(index), itemOf(author, body)]])),
  );
}

function membershipItems({ conversations }: Model, user: number): Items {
  return new Map(
    conversations.flatMap(({ sid, members }) => {
      const member = members.get(user);
      return member === undefined ? [] : [[sid, itemOf(member.read)]];
    }),
  );
}

/** How an item is compared. */
export function itemOf(...values: (string | number | null)[]): string {
  return JSON.stringify(values);
}
