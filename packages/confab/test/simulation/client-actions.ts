import type { SimulatedClient } from './client.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';

/** What the people at the clients have to do with. */
export interface Stage {
  random: Random;
  ledger: Ledger;
  /** SIDs of all conversations that have been made. */
  conversationSids(): readonly string[];
  /** Whether there is room for one more. */
  mayCreate(): boolean;
}

/** Somebody does something at a client, if there is something to do it to. */
type Action = (stage: Stage, client: SimulatedClient) => void;

export const IDENTITIES = ['alice', 'bob', 'carol', 'dave'] as const;

/** Addresses of people who have no app. Few, so that one is wanted in two conversations at a time. */
export const ADDRESSES = ['+15550100001', '+15550100002', '+15550100003'] as const;

export const PROXY_ADDRESS = '+15550199999';

const CONVERSATIONS = '/Client/v2/Conversations';

const create: Action = ({ ledger, mayCreate }, client) => {
  if (!mayCreate()) return;
  const name = ledger.marker();
  client.change('POST', CONVERSATIONS, { friendly_name: name }, `conversation.added ${name}`);
};

const join: Action = (stage, client) => {
  addTo(stage, client, stage.random.any(stage.conversationSids()), client.identity);
};

const add: Action = (stage, client) => {
  addTo(stage, client, stage.random.any(client.conversations()), stage.random.pick(IDENTITIES));
};

function addTo({ ledger }: Stage, client: SimulatedClient, sid: string | undefined, identity: string): void {
  if (sid === undefined) return;
  const attributes = JSON.stringify({ as: ledger.marker() });
  const path = `${CONVERSATIONS}/${sid}/Participants`;
  client.change('POST', path, { identity, attributes }, `participant.added ${attributes}`);
}

const addByAddress: Action = ({ random, ledger }, client) => {
  const sid = random.any(client.conversations());
  if (sid === undefined) return;
  const attributes = JSON.stringify({ as: ledger.marker() });
  const messaging_binding = { address: random.pick(ADDRESSES), proxy_address: PROXY_ADDRESS };
  const path = `${CONVERSATIONS}/${sid}/Participants`;
  client.change('POST', path, { attributes, messaging_binding }, `participant.added ${attributes}`);
};

const destroy: Action = ({ random }, client) => {
  const sid = random.any(client.conversations());
  if (sid !== undefined) client.change('DELETE', `${CONVERSATIONS}/${sid}`, {}, `conversation.removed ${sid}`);
};

const remove: Action = (stage, client) => {
  const chosen = anyItem(stage, client, 'MP');
  if (chosen === undefined) return;
  const path = `${CONVERSATIONS}/${chosen.sid}/Participants/${chosen.key}`;
  client.change('DELETE', path, {}, `participant.removed ${chosen.key}`);
};

const leave: Action = ({ random }, client) => {
  const sid = random.any(client.conversations());
  if (sid === undefined) return;
  const own = [...client.items(sid, 'MP')].find(([, { data }]) => data.identity === client.identity);
  if (own === undefined) return;
  client.change('DELETE', `${CONVERSATIONS}/${sid}/Participants/${own[0]}`, {}, `participant.removed ${own[0]}`);
};

const send: Action = ({ random, ledger }, client) => {
  const sid = random.any(client.conversations());
  if (sid === undefined) return;
  for (let left = random.pick([1, 1, 3, 8]); left > 0; left -= 1) {
    const body = ledger.marker();
    client.change('POST', `${CONVERSATIONS}/${sid}/Messages`, { body }, `message.added ${body}`);
  }
};

const edit: Action = (stage, client) => {
  const chosen = anyItem(stage, client, 'ES');
  if (chosen === undefined) return;
  const body = stage.ledger.marker();
  const path = `${CONVERSATIONS}/${chosen.sid}/Messages/${chosen.data.sid}`;
  client.change('POST', path, { body }, `message.updated ${body}`);
};

const removeMessage: Action = (stage, client) => {
  const chosen = anyItem(stage, client, 'ES');
  if (chosen === undefined) return;
  const path = `${CONVERSATIONS}/${chosen.sid}/Messages/${chosen.data.sid}`;
  client.change('DELETE', path, {}, `message.removed ${chosen.data.sid}`);
};

const rename: Action = ({ random, ledger }, client) => {
  const sid = random.any(client.conversations());
  if (sid === undefined) return;
  const name = ledger.marker();
  const attributes = random.chance(0.5) ? { attributes: JSON.stringify({ as: ledger.marker() }) } : {};
  client.change(
    'POST',
    `${CONVERSATIONS}/${sid}`,
    { friendly_name: name, ...attributes },
    `conversation.updated ${name}`,
  );
};

const describe: Action = (stage, client) => {
  const chosen = anyItem(stage, client, 'MP');
  if (chosen === undefined) return;
  const attributes = JSON.stringify({ as: stage.ledger.marker() });
  const path = `${CONVERSATIONS}/${chosen.sid}/Participants/${chosen.key}`;
  client.change('POST', path, { attributes }, `participant.updated ${attributes}`);
};

const readUpTo: Action = (stage, client) => {
  const chosen = anyItem(stage, client, 'ES');
  if (chosen === undefined) return;
  const index = Number(chosen.key);
  const effect = `participant.read_horizon ${chosen.sid} ${client.identity} ${index}`;
  client.change('POST', `/Client/v2/MyConversations/${chosen.sid}`, { last_read_message_index: index }, effect);
};

const mute: Action = ({ random }, client) => {
  const sid = random.any(client.conversations());
  if (sid === undefined) return;
  const level = random.pick(['default', 'muted']);
  const effect = `participant.notification_level ${sid} ${level}`;
  client.change('POST', `/Client/v2/MyConversations/${sid}`, { notification_level: level }, effect);
};

const callThemselves: Action = ({ ledger }, client) => {
  const name = ledger.marker();
  client.change('POST', `/Client/v2/Users/${client.identity}`, { friendly_name: name }, `user.updated ${name}`);
};

function anyItem({ random }: Stage, client: SimulatedClient, prefix: 'ES' | 'MP') {
  const sid = random.any(client.conversations());
  if (sid === undefined) return undefined;
  const item = random.any([...client.items(sid, prefix)]);
  return item === undefined ? undefined : { sid, key: item[0], data: item[1].data };
}

const ACTIONS: readonly (readonly [weight: number, Action])[] = [
  [2, create],
  [6, join],
  [8, add],
  [4, remove],
  [4, leave],
  [24, send],
  [10, edit],
  [6, removeMessage],
  [5, rename],
  [4, describe],
  [8, readUpTo],
  [2, mute],
  [2, callThemselves],
  [2, addByAddress],
  [1, destroy],
];

export function actAtClient(stage: Stage, client: SimulatedClient): void {
  stage.random.weighted(ACTIONS)(stage, client);
}
