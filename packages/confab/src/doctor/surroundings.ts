import { accessSync, constants, existsSync, statSync } from 'node:fs';
import type { Config, ResolvedConfig } from '../config/index.ts';
import { loadMasterKey } from '../secrets/index.ts';
import { type DiskSpace, spaceOf } from '../server/disk-guard.ts';
import { secretBoxOf } from '../server/master-keys.ts';
import type { SqlConnection } from '../store/index.ts';
import { type Finding, failed, ok, reasonOf, warning } from './finding.ts';

/** Whether the data folder can be used, by this user and nobody else. */
export function checkDataFolder({ dataDir }: Config): Finding {
  const check = 'data folder';
  if (!existsSync(dataDir))
    return warning(
      check,
      `${dataDir} is not there`,
      'The first start makes it. If there was one, name it in CONFAB_DATA_DIR.',
    );
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return failed(
      check,
      `${dataDir} cannot be used: ${reasonOf(error)}`,
      'Run this as the user that the server runs as, and give that user the folder.',
    );
  }
  const mode = statSync(dataDir).mode & 0o777;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    return warning(
      check,
      `${dataDir} is open to other users (mode 0${mode.toString(8)})`,
      `Run: chmod 700 '${dataDir}'`,
    );
  }
  return ok(check, `${dataDir} can be used, and by this user only`);
}

/** Whether there is room on the disk, and for how much longer. */
export function checkDisk({ dataDir, limits }: Config, diskSpace: DiskSpace = spaceOf): Finding {
  const check = 'disk';
  if (!existsSync(dataDir)) return ok(check, 'has nothing of ours yet');
  const { free, total } = diskSpace(dataDir);
  const percent = (free * 100) / total;
  const message = `${(free / 1e9).toFixed(1)} GB of ${(total / 1e9).toFixed(1)} GB are free (${percent.toFixed(1)}%)`;
  const advice = `Make room, or move the data to a larger disk: below ${limits.freeDiskPercent}%, changes are refused.`;
  if (percent < limits.freeDiskPercent) return failed(check, message, advice);
  if (percent < 2 * limits.freeDiskPercent) return warning(check, message, advice);
  return ok(check, message);
}

/** Whether the master key is there, and the one that the database was made with. */
export async function checkMasterKey(
  { config, secrets }: ResolvedConfig,
  connection: SqlConnection | undefined,
): Promise<Finding> {
  const check = 'master key';
  try {
    const masterKey = secrets.masterKey ?? loadMasterKey(config.dataDir);
    if (masterKey === undefined) {
      const message = 'there is none';
      return connection === undefined
        ? warning(check, message, 'The first start makes one.')
        : failed(
            check,
            message,
            'Put master.key back beside the data, or give it in CONFAB_MASTER_KEY. If it is lost: confab keys reissue.',
          );
    }
    if (connection === undefined) return ok(check, 'is there');
    const { rows } = await connection.execute(`SELECT value FROM meta WHERE key = 'master_key_check'`, []);
    const stored: unknown = Object(rows[0]).value;
    if (typeof stored !== 'string') return ok(check, 'is there, and the database is new');
    if (secretBoxOf(masterKey, secrets.masterKeyPrevious).accepts(stored))
      return ok(check, 'is the one of this database');
    return failed(
      check,
      'is not the one that this database was made with',
      'Put the right one back. If it is lost: confab keys reissue.',
    );
  } catch (error) {
    return failed(check, `cannot be used: ${reasonOf(error)}`, 'Give 32 bytes, in base64 or hexadecimal.');
  }
}

/** More than tokens allow for, and than people overlook in the times of messages. */
const CLOCK_TOLERANCE_MS = 5000;

/** Whether this machine's clock agrees with the database's, and has not been set back behind what was written. */
export async function checkClock(connection: SqlConnection | undefined, now: () => number): Promise<Finding> {
  const check = 'clock';
  const time = new Date(now()).toISOString();
  if (connection === undefined) return ok(check, `says ${time}; there is nothing to compare it with`);
  const { rows } = await connection.execute(
    'SELECT max(created_at) AS newest FROM event_log WHERE id = (SELECT max(id) FROM event_log)',
    [],
  );
  const newest = Number(Object(rows[0]).newest ?? 0);
  if (newest > now() + CLOCK_TOLERANCE_MS) {
    const message = `says ${time}, and the newest change was made at ${new Date(newest).toISOString()}`;
    return failed(
      check,
      message,
      'Set the clock, and keep it with NTP: tokens are refused and timers wait while it is wrong.',
    );
  }
  return ok(check, `says ${time}, after the newest change`);
}
