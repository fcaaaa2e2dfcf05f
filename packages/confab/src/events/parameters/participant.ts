import { channelOf } from '../../domain/index.ts';
import type { Facts } from './facts.ts';
import { type Fields, time } from './wire.ts';

/** What webhooks say of a participant who was added (webhooks 4). */
export function addedParticipantFields(facts: Facts): Fields {
  return {
    ConversationSid: facts.text('conversation_sid'),
    ParticipantSid: facts.text('sid'),
    DateCreated: time(facts.number('created_at')),
    Identity: facts.text('identity'),
    RoleSid: facts.text('role_sid'),
    Attributes: facts.text('attributes'),
    ...bindingFields(facts),
  };
}

export function updatedParticipantFields(facts: Facts): Fields {
  return {
    ...addedParticipantFields(facts),
    DateUpdated: time(facts.number('updated_at')),
    LastReadMessageIndex: facts.number('last_read_message_index'),
  };
}

export function removedParticipantFields(facts: Facts): Fields {
  return {
    ...addedParticipantFields(facts),
    DateUpdated: time(facts.number('updated_at')),
    DateRemoved: time(facts.number('removed_at')),
  };
}

function bindingFields(facts: Facts): Fields {
  const address = facts.text('address');
  const projected = facts.text('projected_address');
  const byAddress = address !== undefined || projected !== undefined;
  return {
    'MessagingBinding.Type': byAddress ? (channelOf(address ?? '') ?? 'sms').toUpperCase() : 'CHAT',
    'MessagingBinding.Address': address,
    'MessagingBinding.ProxyAddress': facts.text('proxy_address'),
    'MessagingBinding.ProjectedAddress': projected,
  };
}
