/** What the REST API should answer, and hold, after any sequence of these steps. Small on purpose: names and rights, no times and no limits. */

export interface Step {
  readonly kind:
    | 'create conversation'
    | 'rename conversation'
    | 'close conversation'
    | 'delete conversation'
    | 'add participant'
    | 'remove participant'
    | 'give role'
    | 'send'
    | 'edit'
    | 'delete message'
    | 'create user'
    | 'delete user'
    | 'create role'
    | 'delete role';
  readonly conversation: number;
  readonly message: number;
  readonly identity: string;
  readonly name: string;
  readonly role: number;
}

interface Conversation {
  readonly sid: string;
  uniqueName: string | null;
  isClosed: boolean;
  isDeleted: boolean;
  /** Identity, and the made role that they were given. */
  readonly members: Map<string, Role | undefined>;
  readonly messages: { sid: string; index: number; body: string; isDeleted: boolean }[];
}

interface Role {
  readonly sid: string;
  isDeleted: boolean;
}

export interface RestModel {
  readonly conversations: Conversation[];
  readonly users: Set<string>;
  readonly roles: Role[];
}

export const newModel = (): RestModel => ({ conversations: [], users: new Set(), roles: [] });

/** A request below `/v1/Services/{IS}`, what it should be answered with, and what becomes of the model when it was. */
export interface Expected {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly form?: Record<string, string>;
  /** As `201`, or `409 50353`. */
  readonly answer: string;
  apply(answer: { sid: string; index: number }): void;
}

const NOT_THERE = '404 20404';
const CLOSED = '400 50377';

export function expected(model: RestModel, step: Step): Expected | undefined {
  if (step.kind === 'create conversation') return createConversation(model, step);
  if (step.kind === 'create user' || step.kind === 'delete user') return aboutUser(model, step);
  if (step.kind === 'create role' || step.kind === 'delete role') return aboutRole(model, step);
  const conversation = model.conversations[step.conversation % Math.max(model.conversations.length, 1)];
  if (conversation === undefined) return createConversation(model, step);
  return aboutConversation(model, conversation, step);
}

function createConversation(model: RestModel, { name }: Step): Expected {
  return {
    method: 'POST',
    path: '/Conversations',
    form: { UniqueName: name },
    answer: isTaken(model, name) ? '409 50353' : '201',
    apply({ sid }) {
      model.conversations.push({
        sid,
        uniqueName: name,
        isClosed: false,
        isDeleted: false,
        members: new Map(),
        messages: [],
      });
    },
  };
}

function isTaken(model: RestModel, name: string, but?: Conversation): boolean {
  return model.conversations.some((one) => one !== but && !one.isDeleted && one.uniqueName === name);
}

function aboutConversation(model: RestModel, conversation: Conversation, step: Step): Expected | undefined {
  const path = `/Conversations/${conversation.sid}`;
  const { isDeleted, isClosed, members } = conversation;
  const refusal = isDeleted ? NOT_THERE : isClosed ? CLOSED : undefined;
  switch (step.kind) {
    case 'rename conversation':
      return {
        method: 'POST',
        path,
        form: { UniqueName: step.name },
        answer: refusal ?? (isTaken(model, step.name, conversation) ? '409 50353' : '200'),
        apply: () => {
          conversation.uniqueName = step.name;
        },
      };
    case 'close conversation':
      return {
        method: 'POST',
        path,
        form: { State: 'closed' },
        answer: refusal ?? '200',
        apply: () => {
          conversation.isClosed = true;
        },
      };
    case 'delete conversation':
      return {
        method: 'DELETE',
        path,
        answer: isDeleted ? NOT_THERE : '204',
        apply: () => {
          conversation.isDeleted = true;
          members.clear();
        },
      };
    case 'add participant':
      return {
        method: 'POST',
        path: `${path}/Participants`,
        form: { Identity: step.identity },
        answer: refusal ?? (members.has(step.identity) ? '409 50433' : '201'),
        apply: () => {
          members.set(step.identity, undefined);
          model.users.add(step.identity);
        },
      };
    case 'remove participant':
    case 'give role':
      return aboutParticipant(model, conversation, step);
    default:
      return aboutMessage(conversation, step);
  }
}

function aboutParticipant(model: RestModel, conversation: Conversation, step: Step): Expected | undefined {
  const { sid, isDeleted, isClosed, members } = conversation;
  // What may be done in a closed conversation is another matter (lifecycle 1).
  if (isClosed) return undefined;
  const path = `/Conversations/${sid}/Participants/${step.identity}`;
  const isThere = !isDeleted && members.has(step.identity);
  if (step.kind === 'remove participant') {
    return {
      method: 'DELETE',
      path,
      answer: isThere ? '204' : NOT_THERE,
      apply: () => void members.delete(step.identity),
    };
  }
  const role = model.roles[step.role % Math.max(model.roles.length, 1)];
  if (role === undefined) return undefined;
  return {
    method: 'POST',
    path,
    form: { RoleSid: role.sid },
    answer: !isThere ? NOT_THERE : role.isDeleted ? '404 50109' : '200',
    apply: () => void members.set(step.identity, role),
  };
}

function aboutMessage(conversation: Conversation, step: Step): Expected | undefined {
  const { sid, isDeleted, isClosed, messages } = conversation;
  const path = `/Conversations/${sid}/Messages`;
  if (step.kind === 'send') {
    return {
      method: 'POST',
      path,
      form: { Body: step.name, Author: step.identity },
      answer: isDeleted ? NOT_THERE : isClosed ? CLOSED : '201',
      apply: (made) => void messages.push({ sid: made.sid, index: made.index, body: step.name, isDeleted: false }),
    };
  }
  const message = messages[step.message % Math.max(messages.length, 1)];
  if (message === undefined || isClosed) return undefined;
  const isThere = !isDeleted && !message.isDeleted;
  const isEdit = step.kind === 'edit';
  return {
    method: isEdit ? 'POST' : 'DELETE',
    path: `${path}/${message.sid}`,
    ...(isEdit && { form: { Body: step.name } }),
    answer: isThere ? (isEdit ? '200' : '204') : NOT_THERE,
    apply: () => {
      if (isEdit) message.body = step.name;
      else message.isDeleted = true;
    },
  };
}

function aboutUser(model: RestModel, { kind, identity }: Step): Expected {
  const { users, conversations } = model;
  if (kind === 'create user') {
    return {
      method: 'POST',
      path: '/Users',
      form: { Identity: identity },
      answer: users.has(identity) ? '409 50201' : '201',
      apply: () => void users.add(identity),
    };
  }
  return {
    method: 'DELETE',
    path: `/Users/${identity}`,
    answer: users.has(identity) ? '204' : NOT_THERE,
    apply: () => {
      users.delete(identity);
      for (const { members } of conversations) members.delete(identity);
    },
  };
}

function aboutRole(model: RestModel, { kind, name, role: number }: Step): Expected | undefined {
  const { roles, conversations } = model;
  if (kind === 'create role') {
    return {
      method: 'POST',
      path: '/Roles',
      form: { FriendlyName: name, Type: 'conversation', Permission: 'sendMessage' },
      answer: '201',
      apply: ({ sid }) => void roles.push({ sid, isDeleted: false }),
    };
  }
  const role = roles[number % Math.max(roles.length, 1)];
  if (role === undefined) return undefined;
  const isHeld = conversations.some(({ members }) => [...members.values()].includes(role));
  return {
    method: 'DELETE',
    path: `/Roles/${role.sid}`,
    answer: role.isDeleted ? NOT_THERE : isHeld ? '400 20001' : '204',
    apply: () => {
      role.isDeleted = true;
    },
  };
}
