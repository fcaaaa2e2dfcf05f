import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolderError, DataFolderInUseError, lockDataFolder } from './data-folder-lock.ts';

let folder: string;
let children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'confab-lock-'));
});

afterEach(async () => {
  for (const child of children) await end(child);
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

interface Attempt {
  child: ChildProcess;
  /** `held`, or the name and message of the error. */
  outcome: string;
}

/** Another process that tries to lock `dir`, says what came of it, and then waits to be ended. */
async function lockElsewhere(dir: string, before = ''): Promise<Attempt> {
  const program = `
    import { lockDataFolder } from ${JSON.stringify(import.meta.resolve('./data-folder-lock.ts'))};
    ${before}
    try {
      lockDataFolder(${JSON.stringify(dir)});
      console.log('held');
    } catch (error) {
      console.log(error.name + ': ' + error.message);
    }
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, outcome: String(line) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

function refusal(attempt: () => unknown): unknown {
  try {
    attempt();
  } catch (error) {
    return error;
  }
  throw new Error('The folder was locked');
}

describe('lockDataFolder', () => {
  it('keeps every other process out, and names the holder', async () => {
    const lock = lockDataFolder(folder);
    const refused = await lockElsewhere(folder);
    expect(refused.outcome).toBe(
      `DataFolderInUseError: The data folder ${folder} is in use by another Confab (pid ${process.pid}). ` +
        'Stop that one, or choose another folder with CONFAB_DATA_DIR.',
    );
    lock.release();
    expect((await lockElsewhere(folder)).outcome).toBe('held');
  });

  it('is free again when the holder was killed, and held again by the next', async () => {
    const first = await lockElsewhere(folder);
    expect(first.outcome).toBe('held');
    const refused = refusal(() => lockDataFolder(folder));
    expect(refused).toBeInstanceOf(DataFolderInUseError);
    expect(refused).toMatchObject({ pid: first.child.pid });

    await end(first.child, 'SIGKILL');
    const lock = lockDataFolder(folder);
    expect((await lockElsewhere(folder)).outcome).toContain(`(pid ${process.pid})`);
    lock.release();
  });

  it('keeps a second server of the same process out', () => {
    const lock = lockDataFolder(folder);
    expect(() => lockDataFolder(folder)).toThrow(DataFolderInUseError);
    // The refused attempt must not have cost the holder its lock.
    expect(() => lockDataFolder(folder)).toThrow(DataFolderInUseError);
    lock.release();
    lockDataFolder(folder).release();
  });

  it('keeps the lock when a second attempt in the holder itself was refused', async () => {
    const lock = lockDataFolder(folder);
    expect(() => lockDataFolder(folder)).toThrow(DataFolderInUseError);
    expect((await lockElsewhere(folder)).outcome).toContain('DataFolderInUseError');
    lock.release();
  });

  it('lets a second release be harmless to the next holder', () => {
    const first = lockDataFolder(folder);
    first.release();
    const second = lockDataFolder(folder);
    first.release();
    expect(readFileSync(join(folder, 'confab.pid'), 'utf8')).toBe(`${process.pid}\n`);
    expect(() => lockDataFolder(folder)).toThrow(DataFolderInUseError);
    second.release();
    expect(existsSync(join(folder, 'confab.pid'))).toBe(false);
  });

  it('refuses without a pid when the pid file says nothing', async () => {
    const { outcome } = await lockElsewhere(folder);
    expect(outcome).toBe('held');
    writeFileSync(join(folder, 'confab.pid'), 'rm -rf');
    expect(refusal(() => lockDataFolder(folder))).toMatchObject({
      pid: undefined,
      message: expect.stringContaining('in use by another Confab. Stop'),
    });
  });

  it('makes a missing folder for its owner alone', () => {
    const dir = join(folder, 'a', 'b');
    const lock = lockDataFolder(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    lock.release();
  });

  it('refuses a file in place of the folder', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => lockDataFolder(file)).toThrow(DataFolderError);
    expect(() => lockDataFolder(file)).toThrow(`The data folder ${file} cannot be used: EEXIST`);
  });

  it('refuses a lock file that is something else', () => {
    writeFileSync(join(folder, 'confab.lock'), 'not a database '.repeat(100));
    expect(() => lockDataFolder(folder)).toThrow(DataFolderError);
    expect(() => lockDataFolder(folder)).toThrow('file is not a database');
  });

  describe('without the rights', () => {
    // Rights do not bind root, so the other process becomes nobody first.
    const asNobody = 'if (process.getuid() === 0) process.setuid(65534);';

    it('refuses a folder that it may not write', async () => {
      const dir = join(folder, 'read-only');
      mkdirSync(dir);
      chmodSync(folder, 0o755);
      chmodSync(dir, 0o555);
      const { outcome } = await lockElsewhere(dir, asNobody);
      expect(outcome).toContain(`DataFolderError: The data folder ${dir} cannot be used: EACCES`);
    });

    it('refuses a lock file that it may not write, which would give no lock', async () => {
      lockDataFolder(folder).release();
      chmodSync(join(folder, 'confab.lock'), 0o444);
      chmodSync(folder, 0o777);
      const { outcome } = await lockElsewhere(folder, asNobody);
      expect(outcome).toContain('DataFolderError');
      expect(outcome).toContain("EACCES: permission denied, access '");
    });
  });
});
