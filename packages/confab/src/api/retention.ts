import { findRetention, type Retention, updateRetention } from '../domain/index.ts';
import { mainOperation, mainServiceOperation } from './operation.ts';
import { integer } from './params.ts';

/** 0: for ever. */
const days = integer({ minimum: 0, maximum: 36_500 });

/** After how many days what is old goes. Not of the original service. */
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
    params: { MessagesDays: days, EventLogDays: days },
    async handle(call, { MessagesDays: messagesDays, EventLogDays: eventLogDays }) {
      const { service } = call;
      return serviceView(
        service.sid,
        await call.context.execute(updateRetention, call.actor, { service, messagesDays, eventLogDays }),
      );
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

function serviceView(sid: string, { messagesDays, eventLogDays }: Retention) {
  return { chat_service_sid: sid, messages_days: messagesDays, event_log_days: eventLogDays };
}

function accountView(sid: string, { auditLogDays }: Retention) {
  return { account_sid: sid, audit_log_days: auditLogDays };
}
