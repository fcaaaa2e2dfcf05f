import { findNotificationSettings, type NotificationSettings, updateNotificationSettings } from '../domain/index.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { clearable, flag, text } from './params.ts';

/** REST API 9, "Service notification". */
export const serviceNotificationOperations = [
  serviceOperation({
    id: 'FetchServiceNotification',
    forms: ['service'],
    method: 'GET',
    path: '/Configuration/Notifications',
    status: 200,
    params: {},
    async handle(call) {
      return serviceNotificationView(call, await findNotificationSettings(call.context.read, call.service.id));
    },
  }),
  serviceOperation({
    id: 'UpdateServiceNotification',
    forms: ['service'],
    method: 'POST',
    path: '/Configuration/Notifications',
    status: 200,
    params: {
      LogEnabled: flag,
      'NewMessage.Enabled': flag,
      'NewMessage.Template': clearable(text),
      'NewMessage.Sound': clearable(text),
      'NewMessage.BadgeCountEnabled': flag,
      'NewMessage.WithMedia.Enabled': flag,
      'NewMessage.WithMedia.Template': clearable(text),
      'AddedToConversation.Enabled': flag,
      'AddedToConversation.Template': clearable(text),
      'AddedToConversation.Sound': clearable(text),
      'RemovedFromConversation.Enabled': flag,
      'RemovedFromConversation.Template': clearable(text),
      'RemovedFromConversation.Sound': clearable(text),
    },
    async handle(call, given) {
      const settings = await call.context.execute(updateNotificationSettings, call.actor, {
        service: call.service,
        changes: {
          log_enabled: given.LogEnabled,
          new_message_enabled: given['NewMessage.Enabled'],
          new_message_template: given['NewMessage.Template'],
          new_message_sound: given['NewMessage.Sound'],
          new_message_badge_count_enabled: given['NewMessage.BadgeCountEnabled'],
          new_message_with_media_enabled: given['NewMessage.WithMedia.Enabled'],
          new_message_with_media_template: given['NewMessage.WithMedia.Template'],
          added_to_conversation_enabled: given['AddedToConversation.Enabled'],
          added_to_conversation_template: given['AddedToConversation.Template'],
          added_to_conversation_sound: given['AddedToConversation.Sound'],
          removed_from_conversation_enabled: given['RemovedFromConversation.Enabled'],
          removed_from_conversation_template: given['RemovedFromConversation.Template'],
          removed_from_conversation_sound: given['RemovedFromConversation.Sound'],
        },
      });
      return serviceNotificationView(call, settings);
    },
  }),
];

function serviceNotificationView({ base, service }: ServiceCall, settings: NotificationSettings) {
  return {
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    new_message: {
      enabled: settings.new_message_enabled,
      template: settings.new_message_template,
      sound: settings.new_message_sound,
      badge_count_enabled: settings.new_message_badge_count_enabled,
      with_media: {
        enabled: settings.new_message_with_media_enabled,
        template: settings.new_message_with_media_template,
      },
    },
    added_to_conversation: {
      enabled: settings.added_to_conversation_enabled,
      template: settings.added_to_conversation_template,
      sound: settings.added_to_conversation_sound,
    },
    removed_from_conversation: {
      enabled: settings.removed_from_conversation_enabled,
      template: settings.removed_from_conversation_template,
      sound: settings.removed_from_conversation_sound,
    },
    log_enabled: settings.log_enabled,
    url: `${base}/Configuration/Notifications`,
  };
}
