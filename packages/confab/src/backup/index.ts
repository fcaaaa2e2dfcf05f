export { BackupError } from './backup-error.ts';
export { faultsOf } from './database-facts.ts';
export { makeBackup } from './make-backup.ts';
export type { Manifest } from './manifest.ts';
export { restoreBackup } from './restore-backup.ts';
