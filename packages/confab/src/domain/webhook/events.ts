/** Events that the webhooks of an account or a service can be sent (webhooks 1). Those without an ending `-ed` come before the change. */
export const WEBHOOK_EVENTS = [
  'onMessageAdd',
  'onMessageUpdate',
  'onMessageRemove',
  'onMessageAdded',
  'onMessageUpdated',
  'onMessageRemoved',
  'onConversationAdd',
  'onConversationUpdate',
  'onConversationRemove',
  'onConversationAdded',
  'onConversationUpdated',
  'onConversationRemoved',
  'onConversationStateUpdated',
  'onParticipantAdd',
  'onParticipantUpdate',
  'onParticipantRemove',
  'onParticipantAdded',
  'onParticipantUpdated',
  'onParticipantRemoved',
  'onDeliveryUpdated',
  'onUserAdded',
  'onUserUpdate',
  'onUserUpdated',
] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Events before a change, which a webhook may refuse or alter (webhooks 3). */
export type PreActionEvent =
  | `on${'Message' | 'Conversation' | 'Participant'}${'Add' | 'Update' | 'Remove'}`
  | 'onUserUpdate';

/** Events after a change, which a webhook is told of. */
export type PostActionEvent = Exclude<WebhookEvent, PreActionEvent>;

/** Events that the webhooks of one conversation can be sent: those after the change, and none of users (webhooks 1). */
export const SCOPED_WEBHOOK_EVENTS = [
  'onMessageAdded',
  'onMessageUpdated',
  'onMessageRemoved',
  'onConversationUpdated',
  'onConversationStateUpdated',
  'onConversationRemoved',
  'onParticipantAdded',
  'onParticipantUpdated',
  'onParticipantRemoved',
  'onDeliveryUpdated',
] as const satisfies readonly WebhookEvent[];

export type ScopedWebhookEvent = (typeof SCOPED_WEBHOOK_EVENTS)[number];
