import type { EventLogEntry, EventLogPosition } from '../../store/index.ts';

/** An event as it is exported. Members are added in later releases, none is changed. */
export interface ExportedEvent {
  /** Its place in the log: give it back to go on after it. */
  id: string;
  /** Such as `message.added`. */
  type: string;
  account_sid: string;
  service_sid: string;
  subject_sid: string;
  /** The identity of the SDK user who did it; `system` for account credentials and the server. */
  actor: string;
  /** `SDK` or `API`; null for what the server does when it is due. */
  source: string | null;
  /** ISO 8601 with milliseconds. */
  date_created: string;
  /** What the event log tells of the subject. */
  data: unknown;
}

export function exportedEvent(
  entry: EventLogEntry,
  { accountSid, serviceSid }: { accountSid: string; serviceSid: string },
): ExportedEvent {
  return {
    id: cursorText({ transactionId: entry.transaction_id, id: entry.id }),
    type: entry.kind,
    account_sid: accountSid,
    service_sid: serviceSid,
    subject_sid: entry.subject_sid,
    actor: entry.actor,
    source: entry.source,
    date_created: new Date(entry.created_at).toISOString(),
    data: JSON.parse(entry.payload),
  };
}

export function cursorText({ transactionId, id }: EventLogPosition): string {
  return `${transactionId}.${id}`;
}

/** The position that a cursor names; undefined when it is none. */
export function readCursor(text: string): EventLogPosition | undefined {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text);
  return match === null ? undefined : { transactionId: Number(match[1]), id: Number(match[2]) };
}
