import type { PreActionEvent } from '../../domain/index.ts';
import type { EventOrigin } from '../../store/index.ts';
import { conversationFields } from './conversation.ts';
import { type Facts, readFacts } from './facts.ts';
import { messageFields } from './message.ts';
import type { NoticeScope } from './notices.ts';
import { addedParticipantFields, updatedParticipantFields } from './participant.ts';
import { updatedUserFields } from './user.ts';
import { type Fields, inOrder, type Parameters } from './wire.ts';

/** What webhooks are told before a change: what the same change is told after it, as far as it is known already (webhooks 4). */
const TOLD: Readonly<Record<PreActionEvent, (facts: Facts) => Fields>> = {
  onConversationAdd: conversationFields,
  onConversationUpdate: conversationFields,
  onConversationRemove: conversationFields,
  onMessageAdd: messageFields,
  onMessageUpdate: messageFields,
  onMessageRemove: messageFields,
  onParticipantAdd: addedParticipantFields,
  onParticipantUpdate: updatedParticipantFields,
  onParticipantRemove: updatedParticipantFields,
  onUserUpdate: updatedUserFields,
};

export interface Told {
  event: PreActionEvent;
  /** What would be, in the words of the event log. */
  facts: object;
  origin: EventOrigin;
  /** Who does it. */
  actor: string;
}

/** The parameters of a webhook that comes before a change, with `RetryCount` 0. */
export function preActionParameters({ event, facts, origin, actor }: Told, scope: NoticeScope): Parameters {
  return inOrder({
    EventType: event,
    AccountSid: scope.accountSid,
    ChatServiceSid: scope.serviceSid,
    Source: origin.source,
    ClientIdentity: origin.source === 'SDK' ? actor : undefined,
    RetryCount: 0,
    ...TOLD[event](readFacts(JSON.stringify(facts))),
  });
}
