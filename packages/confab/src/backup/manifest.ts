import { BackupError } from './backup-error.ts';

/** Name of the file that says what else is in a backup. */
export const MANIFEST_FILE = 'manifest.json';

/** Rises when an older Confab could not read what a newer one writes. */
const FORMAT = 1;

export interface BackedUpFile {
  /** Below the backup's folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Manifest {
  readonly format: typeof FORMAT;
  /** ISO 8601. */
  readonly made_at: string;
  /** Names of the migrations that the database has, in order: what reads it must know them. */
  readonly migrations: readonly string[];
  readonly epoch: string;
  /** Rows in each table. */
  readonly counts: Readonly<Record<string, number>>;
  readonly files: readonly BackedUpFile[];
}

export function manifestText(manifest: Omit<Manifest, 'format'>): string {
  return `${JSON.stringify({ format: FORMAT, ...manifest }, undefined, 2)}\n`;
}

/** Reads a manifest that may be anybody's. Throws BackupError. */
export function parseManifest(text: string): Manifest {
  let read: Partial<Record<keyof Manifest, unknown>>;
  try {
    read = Object(JSON.parse(text));
  } catch {
    throw new BackupError(`${MANIFEST_FILE} is no JSON: the backup is damaged.`);
  }
  if (read.format !== FORMAT) {
    throw new BackupError(`${MANIFEST_FILE} has the format ${String(read.format)}, and this Confab reads ${FORMAT}.`);
  }
  const { made_at, migrations, epoch, counts, files } = read;
  if (
    typeof made_at !== 'string' ||
    typeof epoch !== 'string' ||
    !Array.isArray(migrations) ||
    !Array.isArray(files) ||
    typeof counts !== 'object' ||
    counts === null
  ) {
    throw new BackupError(`${MANIFEST_FILE} is not whole: the backup is damaged.`);
  }
  return {
    format: FORMAT,
    made_at,
    epoch,
    migrations: migrations.map(String),
    counts: Object.fromEntries(Object.entries(counts).map(([table, count]) => [table, Number(count)])),
    files: files.map(parseFile),
  };
}

function parseFile(file: unknown): BackedUpFile {
  const { path, bytes, sha256 } = Object(file);
  // Nothing that leads out of the folder that it is put into.
  if (
    typeof path !== 'string' ||
    !/^[\w.-]+(\/[\w.-]+)*$/.test(path) ||
    path.split('/').some((part) => /^\.+$/.test(part))
  ) {
    throw new BackupError(`${MANIFEST_FILE} names a file ${JSON.stringify(path)}, which no backup has.`);
  }
  return { path, bytes: Number(bytes), sha256: String(sha256) };
}
