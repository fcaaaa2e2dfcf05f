import type { Actor } from '../actor.ts';
import type { TransactContext } from '../command.ts';

export interface AuditEntry {
  /** Such as `api_key.rotated`: the noun of what changed, and what became of it. */
  action: string;
  subjectSid: string;
  /** What changed, before and after. Never a secret, nor anything that one could be told from. */
  before?: Readonly<Record<string, unknown>>;
  after?: Readonly<Record<string, unknown>>;
}

/** Writes down who did what, in the transaction that does it. For everything about credentials, accounts and rights. */
export async function recordAudit(
  { actor, db, now }: Pick<TransactContext, 'actor' | 'db' | 'now'>,
  { action, subjectSid, before, after }: AuditEntry,
): Promise<void> {
  await db
    .insertInto('audit_log')
    .values({
      ...whoOf(actor),
      action,
      subject_sid: subjectSid,
      before: before === undefined ? null : JSON.stringify(before),
      after: after === undefined ? null : JSON.stringify(after),
      created_at: now,
    })
    .execute();
}

function whoOf(actor: Actor): { account_sid: string; actor: string; address: string | null } {
  switch (actor.kind) {
    case 'account':
      return { account_sid: actor.account.sid, actor: actor.credentialSid, address: actor.address ?? null };
    case 'user':
      return { account_sid: actor.service.account_sid, actor: actor.user.sid, address: null };
    case 'system':
      throw new Error('The audit log is of what people and credentials do.');
  }
}
