import { anyOf, nullable, type Resource, sidOf, string, time, uri, whole } from './resource.ts';

/** People's rights over their data, which only Confab has. */
export const peopleResources: Readonly<Record<string, Resource>> = {
  'confab.erasures': {
    name: 'erasure',
    list: 'erasures',
    properties: {
      sid: sidOf('ER'),
      account_sid: sidOf('AC'),
      chat_service_sid: sidOf('IS'),
      known_by: anyOf(['identity', 'address']),
      name_hash: string,
      pseudonym: sidOf('US'),
      messages: anyOf(['keep', 'pseudonymise', 'delete']),
      status: anyOf(['running', 'completed']),
      step: string,
      memberships_ended: whole,
      messages_changed: whole,
      log_entries_redacted: whole,
      date_created: time,
      date_completed: nullable(time),
      url: uri,
    },
  },
  'confab.retention': {
    name: 'retention',
    properties: {
      chat_service_sid: sidOf('IS'),
      messages_days: nullable(whole),
      event_log_days: nullable(whole),
      media_days: nullable(whole),
      media_max_bytes: nullable(whole),
    },
  },
  'confab.audit-log.retention': {
    name: 'audit retention',
    properties: { account_sid: sidOf('AC'), audit_log_days: nullable(whole) },
  },
  'confab.person-export': { name: 'person export', lines: true, properties: { type: string } },
  'confab.conversations.export': { name: 'conversation export', lines: true, properties: { type: string } },
};
