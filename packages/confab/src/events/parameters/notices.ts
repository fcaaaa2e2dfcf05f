import type { PostActionEvent } from '../../domain/index.ts';
import type { EventLogEntry } from '../../store/index.ts';
import { conversationFields, stateFields } from './conversation.ts';
import { deliveredFields, readFields, reportedFields } from './delivery.ts';
import { type Facts, readFacts } from './facts.ts';
import { addedMessageFields, messageFields } from './message.ts';
import { addedParticipantFields, removedParticipantFields, updatedParticipantFields } from './participant.ts';
import { addedUserFields, updatedUserFields } from './user.ts';
import { type Fields, inOrder, type Parameters } from './wire.ts';

/** What a webhook is sent after something happened (webhooks 4). */
export interface Notice {
  event: PostActionEvent;
  /** SID of the conversation that it happened in; undefined for what happens to users. */
  conversationSid: string | undefined;
  /** With `RetryCount` 0. */
  parameters: Parameters;
}

/** Where an entry of the log belongs to. */
export interface NoticeScope {
  accountSid: string;
  serviceSid: string;
}

type Told = readonly [event: PostActionEvent, fields: Fields];

/** What webhooks are told of each kind of entry. Of kinds that are not here they are told nothing. */
const TOLD: Readonly<Record<string, (facts: Facts) => Told[]>> = {
  'conversation.added': (facts) => [['onConversationAdded', conversationFields(facts)]],
  'conversation.updated': (facts) => [['onConversationUpdated', conversationFields(facts)]],
  'conversation.removed': (facts) => [['onConversationRemoved', conversationFields(facts)]],
  'conversation.state_updated': (facts) => [['onConversationStateUpdated', stateFields(facts)]],
  'conversation.delivered': (facts) => deliveredFields(facts).map((fields) => ['onDeliveryUpdated', fields]),
  'message.delivery_updated': (facts) => [['onDeliveryUpdated', reportedFields(facts)]],
  'message.added': (facts) => [['onMessageAdded', addedMessageFields(facts)]],
  'message.updated': (facts) => [['onMessageUpdated', messageFields(facts)]],
  'message.removed': (facts) => [['onMessageRemoved', messageFields(facts)]],
  'participant.added': (facts) => [['onParticipantAdded', addedParticipantFields(facts)]],
  'participant.updated': (facts) => [['onParticipantUpdated', updatedParticipantFields(facts)]],
  'participant.read_horizon': (facts) => [
    ['onParticipantUpdated', updatedParticipantFields(facts)],
    ...readFields(facts).map((fields): Told => ['onDeliveryUpdated', fields]),
  ],
  'participant.removed': (facts) => [['onParticipantRemoved', removedParticipantFields(facts)]],
  'user.added': (facts) => [['onUserAdded', addedUserFields(facts)]],
  'user.updated': (facts) => [['onUserUpdated', updatedUserFields(facts)]],
};

/** The kinds of entries that webhooks are told of. */
export const NOTICED_KINDS: readonly string[] = Object.keys(TOLD);

/** What webhooks are told of an entry of the log; nothing of one whose origin asks for none (webhooks 2). */
export function noticesOf(entry: EventLogEntry, scope: NoticeScope): Notice[] {
  const told = entry.webhooks === 1 ? TOLD[entry.kind] : undefined;
  if (told === undefined) return [];
  return told(readFacts(entry.payload)).map(([event, fields]) => ({
    event,
    conversationSid: typeof fields.ConversationSid === 'string' ? fields.ConversationSid : undefined,
    parameters: inOrder({
      EventType: event,
      AccountSid: scope.accountSid,
      ChatServiceSid: scope.serviceSid,
      // Left out for what the server does when it is due: none of the documented values is true of it.
      Source: entry.source,
      ClientIdentity: entry.source === 'SDK' ? entry.actor : undefined,
      RetryCount: 0,
      ...fields,
    }),
  }));
}
