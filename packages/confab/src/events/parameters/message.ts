import type { Facts } from './facts.ts';
import { type Fields, time } from './wire.ts';

/** What webhooks say of a message that was added (webhooks 4). */
export function addedMessageFields(facts: Facts): Fields {
  return {
    ConversationSid: facts.text('conversation_sid'),
    MessageSid: facts.text('sid'),
    MessagingServiceSid: facts.text('messaging_service_sid'),
    Index: facts.number('index'),
    DateCreated: time(facts.number('created_at')),
    Body: facts.text('body'),
    Author: facts.text('author'),
    ParticipantSid: facts.text('participant_sid'),
    Attributes: facts.text('attributes'),
    Media: mediaOf(facts),
  };
}

/** The same of one that was changed or removed. */
export function messageFields(facts: Facts): Fields {
  const { MessagingServiceSid: _, ...fields } = addedMessageFields(facts);
  return {
    ...fields,
    DateUpdated: time(facts.number('updated_at')),
    DateRemoved: time(facts.number('removed_at')),
  };
}

/** All of them: that the original names only one of several helps nobody (webhooks 4). */
function mediaOf(facts: Facts): string | undefined {
  const media = facts.list('media').map((one) => ({
    Sid: one.text('sid'),
    Filename: one.text('filename') ?? null,
    ContentType: one.text('content_type'),
    Size: one.number('size'),
  }));
  return media.length === 0 ? undefined : JSON.stringify(media);
}
