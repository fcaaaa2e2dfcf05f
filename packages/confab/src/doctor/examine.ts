import type { ResolvedConfig } from '../config/index.ts';
import type { DiskSpace } from '../server/disk-guard.ts';
import { checkDatabase, openDatabase } from './database.ts';
import type { Finding } from './finding.ts';
import { checkPublicUrl } from './public-url.ts';
import { checkClock, checkDataFolder, checkDisk, checkMasterKey } from './surroundings.ts';

/** Looks at all that a server needs, beside a running one or without. Changes nothing. */
export async function examine(resolved: ResolvedConfig, now: () => number, diskSpace?: DiskSpace): Promise<Finding[]> {
  const { config } = resolved;
  const findings = [checkDataFolder(config), checkDisk(config, diskSpace)];
  const opened = await openDatabase(resolved);
  if ('check' in opened) {
    return [
      ...findings,
      opened,
      await checkMasterKey(resolved, undefined),
      ...(await checkPublicUrl(config, undefined, now)),
    ];
  }
  const { connection, sqlite } = opened;
  try {
    const database = await checkDatabase(connection, sqlite);
    findings.push(...database);
    // What cannot be read can say nothing of the rest.
    const readable = database.length > 1 ? connection : undefined;
    findings.push(await checkMasterKey(resolved, readable), await checkClock(readable, now));
    return [...findings, ...(await checkPublicUrl(config, readable, now))];
  } finally {
    await connection.close();
  }
}
