import { invalidParameter } from '../../domain/index.ts';
import type { ClientContext } from '../client-api/context.ts';
import type { TunnelBody } from '../tunnel/tunnel-request.ts';
import { ask, urls } from './client-request.ts';
import { messageUrl } from './message-url.ts';
import { reportHorizons } from './report-horizons.ts';

/** Does what the fields of a command say. Returns what its answer has besides the status (protocol 16.3). */
export type Command = (context: ClientContext, fields: TunnelBody) => Promise<object>;

/** The commands by their actions, as protocol 16.3 lists them. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['createConversation', createConversation],
  ['destroyChannel', (context, fields) => done(ask(context, 'DELETE', urls.conversation(channel(fields))))],
  ['joinChannelV2', (context, fields) => addMember(context, fields, context.actor.user.identity)],
  ['leaveChannel', (context, fields) => removeMember(context, fields, context.actor.user.identity)],
  ['editFriendlyName', (context, fields) => edit(context, fields, 'friendlyName', 'friendly_name')],
  ['editUniqueName', (context, fields) => edit(context, fields, 'uniqueName', 'unique_name')],
  ['editAttributes', (context, fields) => edit(context, fields, 'attributes', 'attributes')],
  ['editNotificationLevel', editNotificationLevel],
  ['addMemberV2', (context, fields) => addMember(context, fields, required(fields, 'username'))],
  ['addNonChatParticipant', addNonChatParticipant],
  ['removeMember', (context, fields) => removeMember(context, fields, member(fields))],
  ['editMemberAttributes', editMemberAttributes],
  ['sendMessage', sendMessage],
  ['sendMediaMessage', sendMessage],
  ['editMessage', (context, fields) => editMessage(context, fields, { body: required(fields, 'text') })],
  [
    'editMessageAttributes',
    (context, fields) => editMessage(context, fields, { attributes: required(fields, 'attributes') }),
  ],
  ['deleteMessage', async (context, fields) => done(ask(context, 'DELETE', await messageUrl(context, fields)))],
  ['editUserFriendlyName', (context, fields) => editUser(context, fields, 'friendlyName', 'friendly_name')],
  ['editUserAttributes', (context, fields) => editUser(context, fields, 'attributes', 'attributes')],
  ['consumptionReportV2', reportHorizons],
]);

async function createConversation(context: ClientContext, fields: TunnelBody): Promise<object> {
  const made = await ask(context, 'POST', urls.conversations, {
    friendly_name: fields.text('friendlyName'),
    unique_name: fields.text('uniqueName'),
    attributes: fields.text('attributes'),
  });
  return { conversationSid: made.text('sid'), conversation: made.object('sync_objects').text('conversation') };
}

function edit(context: ClientContext, fields: TunnelBody, name: string, as: string): Promise<object> {
  return done(ask(context, 'POST', urls.conversation(channel(fields)), { [as]: fields.text(name) }));
}

function editNotificationLevel(context: ClientContext, fields: TunnelBody): Promise<object> {
  const level = { notification_level: required(fields, 'notificationLevel') };
  return done(ask(context, 'POST', urls.mine(channel(fields)), level));
}

function addMember(context: ClientContext, fields: TunnelBody, identity: string): Promise<object> {
  const participant = { identity, attributes: fields.text('attributes') };
  return done(ask(context, 'POST', urls.participants(channel(fields)), participant));
}

/** The app gets the answer. */
async function addNonChatParticipant(context: ClientContext, fields: TunnelBody): Promise<object> {
  const conversationSid = required(fields, 'conversationSid');
  const added = await ask(context, 'POST', urls.participants(conversationSid), {
    attributes: fields.text('attributes'),
    messaging_binding: { address: fields.text('address'), proxy_address: fields.text('proxyAddress') },
  });
  return { conversationSid, participantSid: added.text('sid') };
}

function removeMember(context: ClientContext, fields: TunnelBody, sidOrIdentity: string): Promise<object> {
  return done(ask(context, 'DELETE', urls.participant(channel(fields), sidOrIdentity)));
}

function editMemberAttributes(context: ClientContext, fields: TunnelBody): Promise<object> {
  const url = urls.participant(channel(fields), required(fields, 'memberSid'));
  return done(ask(context, 'POST', url, { attributes: fields.text('attributes') }));
}

async function sendMessage(context: ClientContext, fields: TunnelBody): Promise<object> {
  const sent = await ask(context, 'POST', urls.messages(channel(fields)), {
    body: fields.text('text'),
    subject: fields.text('subject'),
    attributes: fields.text('attributes'),
    media_sid: fields.text('mediaSid'),
  });
  return { messageId: sent.value('index') };
}

async function editMessage(context: ClientContext, fields: TunnelBody, change: object): Promise<object> {
  return done(ask(context, 'POST', await messageUrl(context, fields), change));
}

function editUser(context: ClientContext, fields: TunnelBody, name: string, as: string): Promise<object> {
  return done(ask(context, 'POST', urls.user(required(fields, 'username')), { [as]: fields.text(name) }));
}

function channel(fields: TunnelBody): string {
  return required(fields, 'channelSid');
}

function member(fields: TunnelBody): string {
  return fields.text('memberSid') ?? required(fields, 'username');
}

function required(fields: TunnelBody, name: string): string {
  const value = fields.text(name);
  if (value === undefined) throw invalidParameter(`The command needs ${name}.`);
  return value;
}

async function done(asked: Promise<unknown>): Promise<object> {
  await asked;
  return {};
}
