import { appendEvent } from '../../store/seam.ts';
import { claimMain, requireMain } from '../account/require-main.ts';
import { type ServiceRef, SYSTEM } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { requireLiveService } from '../service/require-live-service.ts';
import { findRetention, type Retention } from './settings.ts';

export interface UpdateRetentionInput {
  /** Absent: of the account itself, which has the audit log. */
  service?: ServiceRef | undefined;
  /** In days; 0: for ever. Absent: stays as it is. */
  messagesDays?: number | undefined;
  eventLogDays?: number | undefined;
  auditLogDays?: number | undefined;
  mediaDays?: number | undefined;
  /** 0: any number. */
  mediaMaxBytes?: number | undefined;
}

/**
 * Sets after how many days messages, files and entries of the event log of a service go, and how many bytes of files it keeps, or after how many days entries of the account's audit log. What is older goes
 * within the hour. Needs Main credentials.
 */
export const updateRetention: Command<UpdateRetentionInput, UpdateRetentionInput, Retention> = {
  name: 'updateRetention',
  evenOnFullDisk: true,
  prepare({ actor }, input) {
    requireMain(actor);
    return input;
  },
  async transact(context, { service, messagesDays, eventLogDays, auditLogDays, mediaDays, mediaMaxBytes }) {
    const { db, now } = context;
    const { account } = await claimMain(db, context.actor);
    if (service !== undefined) await requireLiveService(db, service);
    const { sid } = service ?? account;
    const before = await findRetention(db, sid);
    const changed = {
      ...(messagesDays !== undefined && { messages_days: messagesDays }),
      ...(eventLogDays !== undefined && { event_log_days: eventLogDays }),
      ...(auditLogDays !== undefined && { audit_log_days: auditLogDays }),
      ...(mediaDays !== undefined && { media_days: mediaDays }),
      ...(mediaMaxBytes !== undefined && { media_max_bytes: mediaMaxBytes }),
    };
    const none = { messages_days: null, event_log_days: null, audit_log_days: null, audit_log_kept_from: null };
    await db
      .insertInto('retention')
      .values({ owner_sid: sid, ...none, ...changed, updated_at: now })
      .onConflict((conflict) => conflict.column('owner_sid').doUpdateSet({ ...changed, updated_at: now }))
      .execute();
    const after = await findRetention(db, sid);
    await recordAudit(context, {
      action: 'retention.updated',
      subjectSid: sid,
      before: { ...before },
      after: { ...after },
    });
    await appendEvent(db, {
      service_id: service?.id ?? 0,
      kind: 'retention.updated',
      subject_sid: sid,
      actor: SYSTEM,
      payload: JSON.stringify({ sid, ...changed }),
      created_at: now,
    });
    return after;
  },
};
