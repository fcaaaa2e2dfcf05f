import { badParameter } from './params.ts';

/** How the parts of a participant may be called: as parameters of the Participant resource, in the ways in which JSON is written. */
const MEMBERS: Readonly<Record<string, string>> = {
  identity: 'identity',
  attributes: 'attributes',
  rolesid: 'roleSid',
  'messagingbinding.address': 'address',
  'messagingbinding.proxyaddress': 'proxyAddress',
  'messagingbinding.projectedaddress': 'projectedAddress',
};

interface JoiningParticipant {
  identity?: string;
  attributes?: string;
  roleSid?: string;
  address?: string;
  proxyAddress?: string;
  projectedAddress?: string;
}

/**
 * A participant in the JSON of ConversationWithParticipants. Names are taken in snake case, camel case and with dots (lifecycle 5), attributes
 * as JSON text or as JSON. Refuses what has no such name, or is no text.
 */
export function joiningParticipant(given: Readonly<Record<string, unknown>>): JoiningParticipant {
  const participant: Record<string, string> = {};
  for (const [path, value] of flatten(given, '')) {
    const name = MEMBERS[path.replaceAll('_', '').toLowerCase()];
    if (name === undefined) throw badParameter('Participant', `has the member ${path}, which participants have not`);
    if (value === null || value === undefined) continue;
    const text = name === 'attributes' && typeof value === 'object' ? JSON.stringify(value) : value;
    if (typeof text !== 'string') throw badParameter('Participant', `must have text as ${path}`);
    participant[name] = text;
  }
  return participant;
}

/** The members by their paths; what is in `messaging_binding`, by its own. */
function flatten(given: object, prefix: string): [path: string, value: unknown][] {
  return Object.entries(given).flatMap(([name, value]): [string, unknown][] => {
    const isBinding = name.replaceAll('_', '').toLowerCase() === 'messagingbinding';
    if (isBinding && prefix === '' && typeof value === 'object' && value !== null) return flatten(value, `${name}.`);
    return [[`${prefix}${name}`, value]];
  });
}
