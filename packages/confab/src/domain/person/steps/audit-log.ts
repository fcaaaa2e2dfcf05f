import { redactJson } from '../redact.ts';
import { type ErasureStep, newestId, ROWS_LOOKED_AT } from '../step.ts';

/** Renames the person in what the audit log quotes. Entries stay, and say that they were changed. */
export const auditLogStep: ErasureStep = {
  end: ({ db }) => newestId(db, 'audit_log'),
  async run({ db, now }, subject, { position, upTo }) {
    const rows = await db
      .selectFrom('audit_log')
      .select(['id', 'before', 'after'])
      .where('account_sid', '=', subject.accountSid)
      .where('id', '>', position)
      .where('id', '<=', upTo)
      .orderBy('id')
      .limit(ROWS_LOOKED_AT)
      .execute();
    let entriesRedacted = 0;
    for (const row of rows) {
      const [before, after] = [redactJson(row.before, subject), redactJson(row.after, subject)];
      if (before === undefined && after === undefined) continue;
      entriesRedacted += 1;
      await db
        .updateTable('audit_log')
        .set({ before: before ?? row.before, after: after ?? row.after, redacted_at: now })
        .where('id', '=', row.id)
        .execute();
    }
    return { position: rows.at(-1)?.id, entriesRedacted };
  },
};
