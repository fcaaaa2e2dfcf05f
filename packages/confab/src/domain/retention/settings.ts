import type { ReadDb } from '../../store/seam.ts';

export const DAY_MS = 86_400_000;

/** After how many days what is old goes, and how many bytes of files stay. Null: never, and any number. */
export interface Retention {
  messagesDays: number | null;
  eventLogDays: number | null;
  auditLogDays: number | null;
  /** Of files, apart from their messages. */
  mediaDays: number | null;
  mediaMaxBytes: number | null;
}

/**
 * What holds where nothing is set. Messages and the audit log are what a service is for, and the proof of what was done: nobody loses them
 * unasked. The event log is for consumers, and holds bodies: a month is more than any of them should be behind.
 */
export const DEFAULT_RETENTION: Retention = {
  messagesDays: null,
  eventLogDays: 30,
  auditLogDays: null,
  mediaDays: null,
  mediaMaxBytes: null,
};

/** Kept for ever, as it is stored: null is the default. */
const FOR_EVER = 0;

export interface StoredRetention {
  messages_days: number | null;
  event_log_days: number | null;
  audit_log_days: number | null;
  media_days: number | null;
  media_max_bytes: number | null;
}

export const RETENTION_COLUMNS = [
  'messages_days',
  'event_log_days',
  'audit_log_days',
  'media_days',
  'media_max_bytes',
] as const satisfies (keyof StoredRetention)[];

/** What holds for a service, or of the audit log for an account, by SID. */
export async function findRetention(db: ReadDb, ownerSid: string): Promise<Retention> {
  const row = await db
    .selectFrom('retention')
    .select(RETENTION_COLUMNS)
    .where('owner_sid', '=', ownerSid)
    .executeTakeFirst();
  return row === undefined ? DEFAULT_RETENTION : effective(row);
}

export function effective(row: StoredRetention): Retention {
  const set = (stored: number | null, otherwise: number | null) =>
    stored === null ? otherwise : stored === FOR_EVER ? null : stored;
  return {
    messagesDays: set(row.messages_days, DEFAULT_RETENTION.messagesDays),
    eventLogDays: set(row.event_log_days, DEFAULT_RETENTION.eventLogDays),
    auditLogDays: set(row.audit_log_days, DEFAULT_RETENTION.auditLogDays),
    mediaDays: set(row.media_days, DEFAULT_RETENTION.mediaDays),
    mediaMaxBytes: set(row.media_max_bytes, DEFAULT_RETENTION.mediaMaxBytes),
  };
}
