import type { Twilio } from 'twilio';
import { attempt } from './attempt.ts';
import type { Sendable } from './sendable.ts';

type V1 = Twilio['conversations']['v1'];

/** What both forms of the API have: below the account's default service, and below any service. */
export type EitherForm = Pick<
  V1,
  'conversations' | 'conversationWithParticipants' | 'participantConversations' | 'roles' | 'users'
>;

let numbers = 0;

/** A telephone number that nobody in the account has: a pair of them is in one conversation only (lifecycle 5). */
export function unusedNumber(): string {
  numbers += 1;
  return `+1500555${String(numbers).padStart(4, '0')}`;
}

const JUNE = new Date('2024-06-01T10:00:00Z');
const JULY = new Date('2024-07-01T10:00:00Z');

/** Conversations and everything below them. */
export async function driveConversations(api: EitherForm, sendable: Sendable): Promise<void> {
  const plain = await attempt(() => api.conversations.create({ xTwilioWebhookEnabled: 'true', friendlyName: 'Plain' }));
  await attempt(() =>
    api.conversations.create({
      friendlyName: 'Repair visit',
      uniqueName: 'repair',
      attributes: '{ "topic": "feedback" }',
      dateCreated: JUNE,
      dateUpdated: JULY,
      messagingServiceSid: `MG${'a'.repeat(32)}`,
      state: 'active',
      'timers.inactive': 'PT1M',
      'timers.closed': 'PT10M',
      'bindings.email.address': 'help@example.com',
      'bindings.email.name': 'Help',
    }),
  );
  if (plain === undefined) return;
  const conversation = api.conversations(plain.sid);
  await attempt(() => conversation.update({ xTwilioWebhookEnabled: 'true', friendlyName: 'Other', attributes: '{}' }));
  await attempt(() =>
    conversation.update({
      uniqueName: 'other',
      dateCreated: JUNE,
      dateUpdated: JULY,
      messagingServiceSid: `MG${'b'.repeat(32)}`,
      state: 'inactive',
      'timers.inactive': 'PT2M',
      'timers.closed': 'P1D',
      'bindings.email.address': 'desk@example.com',
      'bindings.email.name': 'Desk',
    }),
  );
  await attempt(() => conversation.fetch());
  await attempt(() => api.conversations.list({ limit: 5 }));
  await attempt(() =>
    api.conversations.list({ startDate: '2024-01-01', endDate: '2040-01-01', state: 'active', limit: 5 }),
  );
  await driveParticipants(api, plain.sid);
  await driveMessages(api, plain.sid, sendable);
  await driveWebhooks(api, plain.sid);
  await attempt(() => conversation.remove({ xTwilioWebhookEnabled: 'true' }));
}

async function driveParticipants(api: EitherForm, conversationSid: string): Promise<void> {
  const { participants } = api.conversations(conversationSid);
  const role = (await attempt(() => api.roles.list()))?.find((one) => one.friendlyName === 'channel user');
  const added = await attempt(() =>
    participants.create({
      xTwilioWebhookEnabled: 'true',
      identity: 'ada',
      attributes: '{"seat": 1}',
      roleSid: role?.sid ?? '',
    }),
  );
  await attempt(() => participants.create({ identity: 'grace', dateCreated: JUNE, dateUpdated: JULY }));
  const phone = await attempt(() =>
    participants.create({
      'messagingBinding.address': unusedNumber(),
      'messagingBinding.proxyAddress': unusedNumber(),
    }),
  );
  await attempt(() => participants.create({ identity: 'mask', 'messagingBinding.projectedAddress': unusedNumber() }));
  await attempt(() => participants.list({ pageSize: 20 }));
  if (added !== undefined) {
    const ada = participants(added.sid);
    await attempt(() => ada.fetch());
    await attempt(() =>
      ada.update({
        xTwilioWebhookEnabled: 'true',
        attributes: '{"seat": 2}',
        roleSid: role?.sid ?? '',
        dateCreated: JUNE,
        dateUpdated: JULY,
      }),
    );
    await api.conversations(conversationSid).messages.create({ body: 'To be read' });
    await attempt(() => ada.update({ lastReadMessageIndex: 0, lastReadTimestamp: '2024-08-01T00:00:00Z' }));
    await attempt(() => ada.remove({ xTwilioWebhookEnabled: 'true' }));
  }
  if (phone !== undefined) {
    await attempt(() => participants(phone.sid).update({ 'messagingBinding.proxyAddress': unusedNumber() }));
  }
  // The only participant who may be given an identity has a projected address and none yet (lifecycle 5).
  const gateway = await attempt(() => participants.create({ 'messagingBinding.projectedAddress': unusedNumber() }));
  if (gateway !== undefined) {
    const { sid } = gateway;
    await attempt(() => participants(sid).update({ identity: 'agent' }));
    await attempt(() => participants(sid).update({ 'messagingBinding.projectedAddress': unusedNumber() }));
  }
}

async function driveMessages(
  api: EitherForm,
  conversationSid: string,
  { contentSid, mediaSid }: Sendable,
): Promise<void> {
  const { messages, participants } = api.conversations(conversationSid);
  await attempt(() => participants.create({ identity: 'reader' }));
  const sent = await attempt(() =>
    messages.create({
      xTwilioWebhookEnabled: 'true',
      author: 'ada',
      body: 'Hello',
      subject: 'Greeting',
      attributes: '{"mood": "good"}',
    }),
  );
  await attempt(() => messages.create({ body: 'Long ago', dateCreated: JUNE, dateUpdated: JULY }));
  await attempt(() => messages.create({ contentSid, contentVariables: '{"1": "Ada"}' }));
  await attempt(() => messages.create({ mediaSid }));
  await attempt(() => messages.list({ order: 'desc', pageSize: 20 }));
  if (sent === undefined) return;
  const message = messages(sent.sid);
  await attempt(() => message.fetch());
  await attempt(() => message.update({ xTwilioWebhookEnabled: 'true', body: 'Hello again', attributes: '{}' }));
  await attempt(() => message.update({ author: 'grace', subject: 'New', dateCreated: JUNE, dateUpdated: JULY }));
  await attempt(() => participants('reader').update({ lastReadMessageIndex: sent.index }));
  const receipts = await attempt(() => message.deliveryReceipts.list({ pageSize: 20 }));
  const receipt = receipts?.[0]?.sid;
  if (receipt !== undefined) await attempt(() => message.deliveryReceipts(receipt).fetch());
  await attempt(() => message.remove({ xTwilioWebhookEnabled: 'true' }));
}

async function driveWebhooks(api: EitherForm, conversationSid: string): Promise<void> {
  const { webhooks } = api.conversations(conversationSid);
  const made = await attempt(() =>
    webhooks.create({
      target: 'webhook',
      'configuration.url': 'https://example.com/hook',
      'configuration.method': 'get',
      'configuration.filters': ['onMessageAdded', 'onMessageUpdated'],
      'configuration.replayAfter': 0,
    }),
  );
  const trigger = await attempt(() =>
    webhooks.create({
      target: 'trigger',
      'configuration.url': 'https://example.com/trigger',
      'configuration.triggers': ['help', 'agent'],
    }),
  );
  const flow = await attempt(() =>
    webhooks.create({ target: 'studio', 'configuration.flowSid': `FW${'e'.repeat(32)}` }),
  );
  await attempt(() => webhooks.list({ pageSize: 5 }));
  if (made !== undefined) {
    await attempt(() => webhooks(made.sid).fetch());
    await attempt(() =>
      webhooks(made.sid).update({
        'configuration.url': 'https://example.com/other',
        'configuration.method': 'post',
        'configuration.filters': ['onMessageRemoved'],
      }),
    );
  }
  if (trigger !== undefined) await attempt(() => webhooks(trigger.sid).update({ 'configuration.triggers': ['stop'] }));
  if (flow !== undefined) {
    await attempt(() => webhooks(flow.sid).update({ 'configuration.flowSid': `FW${'f'.repeat(32)}` }));
  }
  if (made !== undefined) await attempt(() => webhooks(made.sid).remove());
}

/** One call that makes a conversation and its participants: at once, and in the background (lifecycle 5). */
export async function driveConversationWithParticipants(api: EitherForm): Promise<void> {
  await attempt(() =>
    api.conversationWithParticipants.create({
      xTwilioWebhookEnabled: 'true',
      friendlyName: 'Team',
      participant: ['{ "identity": "user1" }', '{ "identity": "user2" }'],
    }),
  );
  await attempt(() =>
    api.conversationWithParticipants.create({
      uniqueName: 'empty-team',
      attributes: '{}',
      dateCreated: JUNE,
      dateUpdated: JULY,
      messagingServiceSid: `MG${'a'.repeat(32)}`,
      state: 'active',
      'timers.inactive': 'PT1M',
      'timers.closed': 'PT10M',
      'bindings.email.address': 'team@example.com',
      'bindings.email.name': 'Team',
    }),
  );
}
