import { receiptSid } from '../../domain/index.ts';
import type { Facts } from './facts.ts';
import { type Fields, time } from './wire.ts';

/**
 * What webhooks say of receipts: one for the message at the horizon of each participant, which stands for all before it. Nothing of who
 * wrote that message, for they have no receipt (lifecycle 4).
 */
export function deliveredFields(facts: Facts): Fields[] {
  const at = facts.number('delivered_at');
  const conversation = facts.text('sid');
  return facts.list('participants').flatMap((one) => receiptFields(one, { conversation, status: 'delivered', at }));
}

export function readFields(facts: Facts): Fields[] {
  const conversation = facts.text('conversation_sid');
  return receiptFields(facts, { conversation, status: 'read', at: facts.number('last_read_at') });
}

/** Of a participant who is reached by an address, as a gateway has reported it. */
export function reportedFields(facts: Facts): Fields {
  return {
    ConversationSid: facts.text('conversation_sid'),
    MessageSid: facts.text('sid'),
    DeliveryReceiptSid: facts.text('receipt_sid'),
    ChannelMessageSid: facts.text('channel_message_sid'),
    ParticipantSid: facts.text('participant_sid'),
    Status: facts.text('status'),
    ErrorCode: facts.number('error_code'),
    DateCreated: time(facts.number('created_at')),
    DateUpdated: time(facts.number('updated_at')),
  };
}

function receiptFields(
  participant: Facts,
  {
    conversation,
    status,
    at,
  }: { conversation: string | undefined; status: 'delivered' | 'read'; at: number | undefined },
): Fields[] {
  const message = participant.inner('message');
  const messageSid = message?.text('sid');
  const participantSid = participant.text('sid');
  if (message === undefined || messageSid === undefined || participantSid === undefined) return [];
  if (message.text('participant_sid') === participantSid) return [];
  return [
    {
      ConversationSid: conversation,
      MessageSid: messageSid,
      DeliveryReceiptSid: receiptSid(messageSid, participantSid),
      ParticipantSid: participantSid,
      Status: status,
      DateCreated: time(message.number('created_at')),
      DateUpdated: time(at),
    },
  ];
}
