import { statfsSync } from 'node:fs';
import { Gauge, type Registry } from 'prom-client';
import type { CancelTimer, Clock } from '../clock.ts';
import type { Logger } from '../logging.ts';
import { LowDiskError } from '../store/index.ts';

/** Room on the disk of a folder, in bytes: what this user may still write, and the whole. */
export type DiskSpace = (folder: string) => { free: number; total: number };

/** To ask costs some microseconds. At the speed of the fastest disks, some gigabytes are written in between. */
const INTERVAL_MS = 2000;

export interface DiskGuard {
  /** Throws LowDiskError while less than the given share of the disk is free: what is refused by it is the caller's affair. */
  admit(): void;
  stop(): void;
}

export interface DiskGuardOptions {
  folder: string;
  /** Of the whole disk. */
  freePercent: number;
  /** What is refused while there is less, for the log. */
  refused: string;
  clock: Clock;
  logger: Logger;
  registry: Registry;
  diskSpace?: DiskSpace | undefined;
}

/**
 * Has changes refused before the disk is full, while there is still room for the database's own log, for a backup and for an operator to work
 * in. Reads go on, and changes again as soon as there is room. Where the disk cannot be asked, nothing is refused.
 */
export function startDiskGuard(options: DiskGuardOptions): DiskGuard {
  const { folder, freePercent, refused, clock, logger, registry, diskSpace = spaceOf } = options;
  let isLow = false;
  let cancel: CancelTimer = () => {};

  function look(): ReturnType<DiskSpace> | undefined {
    try {
      return diskSpace(folder);
    } catch (error) {
      logger.debug({ err: error, folder }, 'the free space of the disk is not known');
      return undefined;
    }
  }
  function check(): void {
    const space = look();
    const wasLow = isLow;
    isLow = space !== undefined && space.free * 100 < space.total * freePercent;
    if (isLow && !wasLow) {
      const advice = `less than ${freePercent}% of the disk is free: ${refused} are refused. Make room, or lower freeDiskPercent`;
      logger.error({ folder, ...space }, advice);
    }
    if (!isLow && wasLow) logger.info({ folder, ...space }, `there is room on the disk again: ${refused} are taken`);
    cancel = clock.setTimer(check, INTERVAL_MS);
  }

  observe(registry, { look, isLow: () => isLow });
  check();
  return {
    admit() {
      if (isLow) throw new LowDiskError(freePercent);
    },
    stop: () => cancel(),
  };
}

function observe(
  registry: Registry,
  { look, isLow }: { look: () => ReturnType<DiskSpace> | undefined; isLow: () => boolean },
) {
  const gauge = (name: string, help: string, value: () => number | undefined) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const now = value();
        if (now !== undefined) this.set(now);
      },
    });
  gauge('confab_disk_free_bytes', 'Free space on the disk of the data folder.', () => look()?.free);
  gauge('confab_disk_total_bytes', 'Size of the disk of the data folder.', () => look()?.total);
  gauge('confab_disk_low', 'Whether changes, or files alone, are refused because there is too little free space.', () =>
    Number(isLow()),
  );
}

/** As the operating system tells it. */
export function spaceOf(folder: string): { free: number; total: number } {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { free: bavail * bsize, total: blocks * bsize };
}
