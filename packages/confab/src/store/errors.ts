/** The engine could not do its work now (disk full, I/O error, connection lost). The command was not applied; it may be sent again. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** Too many commands wait for the writer. The command was not applied. */
export class StoreOverloadedError extends Error {
  override readonly name = 'StoreOverloadedError';
}

/** The connection broke inside COMMIT and the server could not say afterwards whether it had happened. */
export class CommitOutcomeUnknownError extends Error {
  override readonly name = 'CommitOutcomeUnknownError';
}

/** The data cannot be served by this program: newer schema, missing tables. Refuses the start. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/** SQLITE_CONSTRAINT_UNIQUE (https://sqlite.org/rescode.html) and PostgreSQL's unique_violation. */
const UNIQUE_VIOLATIONS: ReadonlySet<unknown> = new Set([2067, '23505']);

/** Whether an engine refused a row because a unique index has its value already. The command's writes are undone when it throws. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ('errcode' in error && UNIQUE_VIOLATIONS.has(error.errcode)) ||
    ('code' in error && UNIQUE_VIOLATIONS.has(error.code))
  );
}
