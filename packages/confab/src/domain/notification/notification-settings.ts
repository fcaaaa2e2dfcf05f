// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how templates name their variables (lifecycle 8).

/** What notifications say while no other template is set (lifecycle 8). */
export const NOTIFICATION_TEMPLATES = {
  new_message_template: '${CONVERSATION}:${PARTICIPANT}: ${MESSAGE}',
  new_message_with_media_template:
    'You have a new message in ${CONVERSATION} with ${MEDIA_COUNT} media files: ${MEDIA}',
  added_to_conversation_template: 'You have been added to the conversation ${CONVERSATION} by ${PARTICIPANT}',
  removed_from_conversation_template: '${PARTICIPANT} has removed you from the conversation ${CONVERSATION}',
} as const;

/** Off at first (lifecycle 8). */
type Flag =
  | 'log_enabled'
  | 'new_message_enabled'
  | 'new_message_badge_count_enabled'
  | 'new_message_with_media_enabled'
  | 'added_to_conversation_enabled'
  | 'removed_from_conversation_enabled';

/** None at first. */
type Sound = 'new_message_sound' | 'added_to_conversation_sound' | 'removed_from_conversation_sound';

type Template = keyof typeof NOTIFICATION_TEMPLATES;

/** A service's push notifications as they are in effect: a template is never missing. */
export type NotificationSettings = Readonly<
  Record<Flag, boolean> & Record<Sound, string | null> & Record<Template, string>
>;

/** What is to change. Absent: stays as it is. Null: the default template, or no sound. */
export type NotificationChanges = Readonly<
  { [Name in Flag]?: boolean | undefined } & { [Name in Sound | Template]?: string | null | undefined }
>;

/** The texts among the settings, by what they are called in requests. */
export const NOTIFICATION_TEXT_PARAMETERS: Readonly<Record<Sound | Template, string>> = {
  new_message_template: 'NewMessage.Template',
  new_message_sound: 'NewMessage.Sound',
  new_message_with_media_template: 'NewMessage.WithMedia.Template',
  added_to_conversation_template: 'AddedToConversation.Template',
  added_to_conversation_sound: 'AddedToConversation.Sound',
  removed_from_conversation_template: 'RemovedFromConversation.Template',
  removed_from_conversation_sound: 'RemovedFromConversation.Sound',
};
