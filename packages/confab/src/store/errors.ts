/** The engine could not do its work now (disk full, I/O error, connection lost). The command was not applied; it may be sent again. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** Too little of the disk is free: changes are refused while there still is some. */
export class LowDiskError extends StoreUnavailableError {
  constructor(freePercent: number) {
    super(
      `Less than ${freePercent}% of the server's disk is free, so that it takes no changes. Nothing was applied. Make room on the disk: ` +
        'changes are taken again by themselves.',
    );
  }
}

/** There is no connection to the database to be had: no command is the cause, and none can run now. */
export class DatabaseUnreachableError extends StoreUnavailableError {
  constructor(cause: unknown) {
    super(`The database cannot be reached: ${reasonOf(cause)}`, { cause });
  }
}

/** An error that stands for several, one for each address of a host name, has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

/** Too many commands wait for the writer. The command was not applied. */
export class StoreOverloadedError extends Error {
  override readonly name = 'StoreOverloadedError';
}

/** The connection broke inside COMMIT and the server could not say afterwards whether it had happened. */
export class CommitOutcomeUnknownError extends Error {
  override readonly name = 'CommitOutcomeUnknownError';
}

/** Somebody else was faster in a way that only a new look at the data can answer: the command runs again. */
export class LostRaceError extends Error {
  override readonly name = 'LostRaceError';
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
