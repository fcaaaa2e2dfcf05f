import { BackupError } from '../backup/index.ts';
import { ConfigError } from '../config/index.ts';
import { FirstStartError } from '../domain/index.ts';
import { MasterKeyError, SecretBoxError } from '../secrets/index.ts';
import { SeedError } from '../seed/index.ts';
import { DataFolderError, DataFolderInUseError } from '../store/data-folder-lock.ts';
import { SchemaError, StoreUnavailableError } from '../store/index.ts';
import { TransferError } from '../transfer/index.ts';
import { KeepSecretsError } from './keep-secrets.ts';

const REFUSALS = [
  BackupError,
  TransferError,
  ConfigError,
  MasterKeyError,
  SecretBoxError,
  DataFolderInUseError,
  DataFolderError,
  SchemaError,
  StoreUnavailableError,
  FirstStartError,
  SeedError,
  KeepSecretsError,
];

/** What the operator can mend: said in a line, without a stack. */
export function isRefusal(error: unknown): error is Error {
  return REFUSALS.some((refusal) => error instanceof refusal) || listenFailed(error);
}

function listenFailed(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}
