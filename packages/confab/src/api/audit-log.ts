import { type AuditRow, listAuditLog } from '../domain/index.ts';
import { mainOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { text } from './params.ts';

/** Who changed what about credentials, accounts and rights, the newest first. Not of the original service. */
export const auditLogOperations = [
  mainOperation({
    id: 'ListAuditEntry',
    root: '/confab/v1',
    method: 'GET',
    path: '/AuditLog',
    status: 200,
    params: { Action: text, Actor: text, SubjectSid: text, ...PAGE_PARAMS },
    handle(call, given) {
      const { Action: action, Actor: actor, SubjectSid: subjectSid } = given;
      const { read, limits } = call.context;
      return page(given, limits, {
        key: 'audit_entries',
        url: `${call.base}/AuditLog`,
        filters: { Action: action, Actor: actor, SubjectSid: subjectSid },
        order: 'desc',
        rows: (range) => listAuditLog(read, call.actor.account.sid, { action, actor, subjectSid }, range),
        keyOf: (row) => row.id,
        view: auditView,
      });
    },
  }),
];

function auditView(row: AuditRow) {
  return {
    account_sid: row.account_sid,
    actor: row.actor,
    address: row.address,
    action: row.action,
    subject_sid: row.subject_sid,
    before: parse(row.before),
    after: parse(row.after),
    // Order matters here more than that it looks like the rest: to the millisecond.
    date_created: new Date(row.created_at).toISOString(),
  };
}

function parse(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
