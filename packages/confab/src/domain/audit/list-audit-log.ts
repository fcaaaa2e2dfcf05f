import type { Selectable } from 'kysely';
import type { AuditLogTable, ReadDb } from '../../store/seam.ts';
import type { KeyRange } from '../key-range.ts';
import { checkText } from '../text.ts';

export type AuditRow = Selectable<AuditLogTable>;

/** Entries match when every given member is theirs. */
export interface AuditFilter {
  action?: string | undefined;
  actor?: string | undefined;
  subjectSid?: string | undefined;
}

/** What was audited in an account, by id: the order in which it happened. */
export function listAuditLog(
  db: ReadDb,
  accountSid: string,
  { action, actor, subjectSid }: AuditFilter,
  { order, from, limit }: KeyRange,
): Promise<AuditRow[]> {
  for (const [name, value] of Object.entries({ Action: action, Actor: actor, SubjectSid: subjectSid })) {
    if (value !== undefined) checkText(name, value);
  }
  let query = db.selectFrom('audit_log').selectAll().where('account_sid', '=', accountSid);
  if (action !== undefined) query = query.where('action', '=', action);
  if (actor !== undefined) query = query.where('actor', '=', actor);
  if (subjectSid !== undefined) query = query.where('subject_sid', '=', subjectSid);
  if (from !== undefined) query = query.where('id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('id', order).limit(limit).execute();
}
