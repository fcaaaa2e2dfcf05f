import { systemClock } from '../clock.ts';
import { databaseUrl } from '../config/index.ts';
import { TransferError, transferToPostgres } from '../transfer/index.ts';
import type { CliContext } from './context.ts';
import { configOf, lockDatabaseIn } from './open-data.ts';
import { readOptions, UsageError } from './options.ts';
import { printJson, printTable } from './print.ts';
import { type Progress, progressOn } from './progress.ts';

/** `confab migrate --to postgres://…`: from SQLite to PostgreSQL, with no server running. */
export async function migrateCommand(context: CliContext, argv: readonly string[]): Promise<void> {
  const options = readOptions(argv, { to: { type: 'string' }, json: { type: 'boolean' } });
  const given = databaseUrl(options.text('to'));
  if ('fault' in given) throw new UsageError(`--to ${given.fault}.`);
  const { config, secrets } = configOf(context, options.configArgv);
  if (secrets.databaseUrl !== undefined) {
    throw new TransferError(
      'CONFAB_DATABASE_URL is set: the data are in PostgreSQL already. Leave it out to move those of a data folder.',
    );
  }
  const clock = systemClock();
  const lock = lockDatabaseIn(config.dataDir);
  let total = 0;
  const bars: { copied?: Progress; verified?: Progress } = {};
  let rows: Record<string, number>;
  try {
    rows = await transferToPostgres({
      folder: config.dataDir,
      url: given.value,
      onStart(rows) {
        total = rows;
      },
      onCopied(_table, count) {
        bars.copied ??= progressOn(context, clock, 'rows copied', total);
        bars.copied.add(count);
      },
      onVerified(_table, count) {
        bars.verified ??= progressOn(context, clock, 'rows verified', total);
        bars.verified.add(count);
      },
    });
  } finally {
    lock.release();
  }
  if (options.isSet('json')) {
    printJson(context.stdout, rows);
    return;
  }
  printTable(context.stdout, ['TABLE', 'ROWS'], Object.entries(rows));
  context.stdout.write(
    'Every row was compared. Start with CONFAB_DATABASE_URL, and with the master key in CONFAB_MASTER_KEY: it is in master.key of the data ' +
      'folder. Do not start a server on the data folder again: it would go its own way. Media on disk stay where they are.\n',
  );
}
