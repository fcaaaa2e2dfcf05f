import type { Facts } from './facts.ts';
import { type Fields, time } from './wire.ts';

/** What webhooks say of a conversation (webhooks 4). */
export function conversationFields(facts: Facts): Fields {
  return {
    ConversationSid: facts.text('sid'),
    DateCreated: time(facts.number('created_at')),
    DateUpdated: time(facts.number('updated_at')),
    DateRemoved: time(facts.number('removed_at')),
    FriendlyName: facts.text('friendly_name'),
    UniqueName: facts.text('unique_name'),
    Attributes: facts.text('attributes'),
    MessagingServiceSid: facts.text('messaging_service_sid'),
    State: facts.text('state'),
  };
}

export function stateFields(facts: Facts): Fields {
  return {
    ConversationSid: facts.text('sid'),
    StateUpdated: time(facts.number('updated_at')),
    StateFrom: facts.text('state_from'),
    StateTo: facts.text('state_to'),
    Reason: facts.text('reason'),
    MessagingServiceSid: facts.text('messaging_service_sid'),
  };
}
