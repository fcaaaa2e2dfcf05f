export { TransferError } from './transfer-error.ts';
export { type TransferOptions, transferToPostgres } from './transfer-to-postgres.ts';
