import { resolve } from 'node:path';
import { BackupError, type Manifest, makeBackup, restoreBackup } from '../backup/index.ts';
import { systemClock } from '../clock.ts';
import type { ResolvedConfig } from '../config/index.ts';
import { lockDataFolder } from '../store/data-folder-lock.ts';
import type { CliContext } from './context.ts';
import { configOf, requireSecretBox } from './open-data.ts';
import { type OptionForm, type Options, readOptions } from './options.ts';
import { printFields, printJson } from './print.ts';

const OPTIONS: Readonly<Record<string, OptionForm>> = { json: { type: 'boolean' } };

/** `confab backup FOLDER`: beside a running server, or without one. */
export async function backupCommand(context: CliContext, argv: readonly string[]): Promise<void> {
  const options = readOptions(argv, OPTIONS, ['The folder for the backup']);
  const folder = resolve(context.cwd, options.words[0] ?? '');
  const resolved = sqliteConfigOf(context, options, 'backed up with pg_dump or its own archiving');
  const manifest = await makeBackup(resolved.config.dataDir, folder, systemClock().now());
  show(context, options, folder, manifest);
  if (!options.isSet('json')) {
    context.stdout.write(
      'The master key is not in it: keep that in another place. Without it nobody can start from this backup.\n',
    );
  }
}

/** `confab restore FOLDER`: into a data folder without data. */
export async function restoreCommand(context: CliContext, argv: readonly string[]): Promise<void> {
  const options = readOptions(argv, OPTIONS, ['The folder of the backup']);
  const folder = resolve(context.cwd, options.words[0] ?? '');
  const resolved = sqliteConfigOf(context, options, 'put back with pg_restore or psql, and then confab renew-epoch');
  const { dataDir } = resolved.config;
  const secretBox = requireSecretBox(resolved);
  const lock = lockDataFolder(dataDir);
  let manifest: Manifest;
  try {
    manifest = await restoreBackup(folder, dataDir, secretBox);
  } finally {
    lock.release();
  }
  show(context, options, dataDir, manifest);
  if (!options.isSet('json')) context.stdout.write('Everything was verified. Clients will be told to start anew.\n');
}

function sqliteConfigOf(context: CliContext, options: Options, how: string): ResolvedConfig {
  const resolved = configOf(context, options.configArgv);
  if (resolved.secrets.databaseUrl === undefined) return resolved;
  throw new BackupError(`CONFAB_DATABASE_URL names a PostgreSQL database. That is ${how}: see docs/operating.md.`);
}

function show(
  { stdout }: CliContext,
  options: Options,
  folder: string,
  { made_at, migrations, files, counts }: Omit<Manifest, 'format'>,
): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const facts = { folder, made_at, files: files.length, bytes, schema: migrations.at(-1) };
  if (options.isSet('json')) printJson(stdout, { ...facts, counts });
  else printFields(stdout, { ...facts, conversations: counts.conversations, messages: counts.messages });
}
