import { createHash } from 'node:crypto';
import { type Members, membersOf, type Path } from './node.ts';
import { type ConversationSeed, type Seed, SeedError, type ServiceSeed } from './seed.ts';

const STATES = ['active', 'inactive', 'closed'] as const;
const ROLE_TYPES = ['service', 'conversation'] as const;

/** Reads a seed from the text of a file, which is YAML or JSON. Throws SeedError, which names the place and its line. */
export async function parseSeed(text: string): Promise<Seed> {
  // Loaded only where there is a file to read: it is much of what a start would have to load.
  const { isNode, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [fault] = document.errors;
  if (fault !== undefined) throw new SeedError(`The seed cannot be read: ${fault.message.trimEnd()}`);
  const lineOf = (path: Path): number | undefined => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    const start = isNode(node) ? node.range?.[0] : undefined;
    return start === undefined ? undefined : lines.linePos(start).line;
  };
  return readSeed(document.toJS(), lineOf);
}

/** Reads a seed from a value, such as an option of an embedding program. Throws SeedError. */
export function readSeed(value: unknown, lineOf: (path: Path) => number | undefined = () => undefined): Seed {
  const root = membersOf(value ?? {}, [], lineOf);
  // What stands at the top is the default service's.
  const ofDefault = readService(root, undefined, 'default');
  const others = root.list('services', (members) => {
    const name = members.required('friendly_name', members.text('friendly_name'));
    return readService(members, name, `service ${name}`);
  });
  root.done();
  const hash = createHash('sha256')
    .update(JSON.stringify(value ?? {}))
    .digest('hex');
  return { hash, services: [ofDefault, ...others] };
}

function readService(members: Members, friendlyName: string | undefined, key: string): ServiceSeed {
  return {
    place: members.place,
    key,
    friendlyName,
    roles: members.list('roles', (role) => {
      const name = role.required('friendly_name', role.text('friendly_name'));
      return {
        place: role.place,
        key: `${key}/role ${name}`,
        friendlyName: name,
        type: role.oneOf('type', ROLE_TYPES) ?? 'conversation',
        permissions: role.required('permissions', role.texts('permissions')),
      };
    }),
    users: members.list('users', (user) => {
      const identity = user.required('identity', user.text('identity'));
      return {
        place: user.place,
        key: `${key}/user ${identity}`,
        identity,
        friendlyName: user.text('friendly_name'),
        attributes: user.json('attributes'),
        role: user.text('role'),
      };
    }),
    conversations: members.list('conversations', (conversation, at) => readConversation(conversation, key, at)),
  };
}

function readConversation(members: Members, service: string, at: number): ConversationSeed {
  const uniqueName = members.text('unique_name');
  const key = `${service}/conversation ${uniqueName === undefined ? at : JSON.stringify(uniqueName)}`;
  return {
    place: members.place,
    key,
    uniqueName,
    friendlyName: members.text('friendly_name'),
    attributes: members.json('attributes'),
    state: members.oneOf('state', STATES) ?? 'active',
    inactiveTimer: members.text('inactive_timer'),
    closedTimer: members.text('closed_timer'),
    createdAt: members.time('date_created'),
    participants: members.list('participants', (one) => {
      const identity = one.text('identity');
      const address = one.text('address');
      return {
        place: one.place,
        key: `${key}/participant ${JSON.stringify([identity, address])}`,
        identity,
        address,
        proxyAddress: one.text('proxy_address'),
        projectedAddress: one.text('projected_address'),
        attributes: one.json('attributes'),
        role: one.text('role'),
        lastReadMessageIndex: one.index('last_read_message_index'),
      };
    }),
    messages: members.list('messages', (message, index) => ({
      place: message.place,
      key: `${key}/message ${index}`,
      author: message.text('author'),
      body: message.text('body'),
      subject: message.text('subject'),
      attributes: message.json('attributes'),
      createdAt: message.time('date_created'),
    })),
  };
}
