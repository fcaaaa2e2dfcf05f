/** A backup cannot be made or put back. The message says what is wrong and what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
