/** What a device can be told by a push, as SDKs ask for it (protocol 10.5). */
export const MESSAGE_TYPES = [
  'twilio.conversations.new_message',
  'twilio.conversations.added_to_conversation',
  'twilio.conversations.removed_from_conversation',
  'twilio.ipmsg.typing_indicator',
  'twilio.channel.consumption_update',
] as const;
