import type { Selectable } from 'kysely';
import type { ReadDb, ServiceNotificationTable } from '../../store/seam.ts';
import { NOTIFICATION_TEMPLATES, type NotificationSettings } from './notification-settings.ts';

/** The push notifications of a service, as they are in effect. */
export async function findNotificationSettings(db: ReadDb, serviceId: number): Promise<NotificationSettings> {
  const row = await db
    .selectFrom('service_notifications')
    .selectAll()
    .where('service_id', '=', serviceId)
    .executeTakeFirst();
  return notificationSettings(row);
}

/** What a service's row means; there is none while nothing was ever set. */
export function notificationSettings(row: Selectable<ServiceNotificationTable> | undefined): NotificationSettings {
  return {
    log_enabled: row?.log_enabled === 1,
    new_message_enabled: row?.new_message_enabled === 1,
    new_message_template: row?.new_message_template ?? NOTIFICATION_TEMPLATES.new_message_template,
    new_message_sound: row?.new_message_sound ?? null,
    new_message_badge_count_enabled: row?.new_message_badge_count_enabled === 1,
    new_message_with_media_enabled: row?.new_message_with_media_enabled === 1,
    new_message_with_media_template:
      row?.new_message_with_media_template ?? NOTIFICATION_TEMPLATES.new_message_with_media_template,
    added_to_conversation_enabled: row?.added_to_conversation_enabled === 1,
    added_to_conversation_template:
      row?.added_to_conversation_template ?? NOTIFICATION_TEMPLATES.added_to_conversation_template,
    added_to_conversation_sound: row?.added_to_conversation_sound ?? null,
    removed_from_conversation_enabled: row?.removed_from_conversation_enabled === 1,
    removed_from_conversation_template:
      row?.removed_from_conversation_template ?? NOTIFICATION_TEMPLATES.removed_from_conversation_template,
    removed_from_conversation_sound: row?.removed_from_conversation_sound ?? null,
  };
}
