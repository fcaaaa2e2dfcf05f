import { appendEvent } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { lockService } from '../service/lock-service.ts';
import { checkLength } from '../text.ts';
import {
  NOTIFICATION_TEXT_PARAMETERS,
  type NotificationChanges,
  type NotificationSettings,
} from './notification-settings.ts';
import { notificationSettings } from './queries.ts';

export interface UpdateNotificationSettingsInput {
  service: ServiceRef;
  changes: NotificationChanges;
}

const OFF = {
  log_enabled: 0,
  new_message_enabled: 0,
  new_message_badge_count_enabled: 0,
  new_message_with_media_enabled: 0,
  added_to_conversation_enabled: 0,
  removed_from_conversation_enabled: 0,
} as const;

/** Changes what the push notifications of a service say, and which of them are sent. For account credentials. */
export const updateNotificationSettings: Command<
  UpdateNotificationSettingsInput,
  UpdateNotificationSettingsInput,
  NotificationSettings
> = {
  name: 'updateNotificationSettings',
  prepare({ actor, limits }, input) {
    requireAccount(actor);
    const values = new Map<string, unknown>(Object.entries(input.changes));
    for (const [name, parameter] of Object.entries(NOTIFICATION_TEXT_PARAMETERS)) {
      const value = values.get(name);
      if (typeof value === 'string') checkLength(parameter, value, limits.notificationTextCharacters, 20001);
    }
    return input;
  },
  async transact({ actor, db, now }, { service, changes }) {
    await lockService(db, service);
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const columns = Object.fromEntries(
      given.map(([name, value]) => [name, typeof value === 'boolean' ? Number(value) : value]),
    );
    const row = await db
      .insertInto('service_notifications')
      .values({ service_id: service.id, ...OFF, ...columns })
      // Set to what it is, where there is nothing to change: what is there is to be returned.
      .onConflict((conflict) => conflict.column('service_id').doUpdateSet({ service_id: service.id, ...columns }))
      .returningAll()
      .executeTakeFirstOrThrow();
    const settings = notificationSettings(row);
    await appendEvent(db, {
      service_id: service.id,
      kind: 'service_notifications.updated',
      subject_sid: service.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: service.sid, ...settings, updated_at: now }),
      created_at: now,
    });
    return settings;
  },
};
