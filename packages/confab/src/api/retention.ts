import { findRetention, type Retention, updateRetention } from '../domain/index.ts';
import { mainOperation, mainServiceOperation } from './operation.ts';
import { integer } from './params.ts';

/** 0: for ever. */
const days = integer({ minimum: 0, maximum: 36_500 });

/** 0: any number. */
const bytes = integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** After how many days what is old goes, and how many bytes of files stay. Not of the original service. */
export const retentionOperations = [
  mainServiceOperation({
    id: 'FetchRetention',
    root: '/confab/v1',
    method: 'GET',
    path: '/Retention',
    status: 200,
    params: {},
    handle: async (call) => serviceView(call.service.sid, await findRetention(call.context.read, call.service.sid)),
  }),
  mainServiceOperation({
    id: 'UpdateRetention',
    root: '/confab/v1',
    method: 'POST',
    path: '/Retention',
    status: 200,
    params: { MessagesDays: days, EventLogDays: days, MediaDays: days, MediaMaxBytes: bytes },
    async handle(call, given) {
      const { service } = call;
      const { MessagesDays: messagesDays, EventLogDays: eventLogDays } = given;
      const { MediaDays: mediaDays, MediaMaxBytes: mediaMaxBytes } = given;
      const changed = { messagesDays, eventLogDays, mediaDays, mediaMaxBytes };
      return serviceView(service.sid, await call.context.execute(updateRetention, call.actor, { service, ...changed }));
    },
  }),
  mainOperation({
    id: 'FetchAuditRetention',
    root: '/confab/v1',
    method: 'GET',
    path: '/AuditLog/Retention',
    status: 200,
    params: {},
    handle: async ({ actor: { account }, context: { read } }) =>
      accountView(account.sid, await findRetention(read, account.sid)),
  }),
  mainOperation({
    id: 'UpdateAuditRetention',
    root: '/confab/v1',
    method: 'POST',
    path: '/AuditLog/Retention',
    status: 200,
    params: { AuditLogDays: days },
    handle: async ({ actor, context: { execute } }, { AuditLogDays: auditLogDays }) =>
      accountView(actor.account.sid, await execute(updateRetention, actor, { auditLogDays })),
  }),
];

function serviceView(sid: string, { messagesDays, eventLogDays, mediaDays, mediaMaxBytes }: Retention) {
  return {
    chat_service_sid: sid,
    messages_days: messagesDays,
    event_log_days: eventLogDays,
    media_days: mediaDays,
    media_max_bytes: mediaMaxBytes,
  };
}

function accountView(sid: string, { auditLogDays }: Retention) {
  return { account_sid: sid, audit_log_days: auditLogDays };
}
