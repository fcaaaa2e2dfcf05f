import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MasterKeyError } from './master-key.ts';
import { createMasterKey, loadMasterKey, masterKeyFile } from './master-key-file.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'confab-key-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

describe('createMasterKey', () => {
  it('makes a key that is loaded again, readable by its owner alone, and leaves no other file', () => {
    expect(loadMasterKey(dataDir)).toBeUndefined();
    const key = createMasterKey(dataDir);
    expect(key).toHaveLength(32);
    expect(loadMasterKey(dataDir)).toEqual(key);
    expect(statSync(masterKeyFile(dataDir)).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(['master.key']);
  });

  it('never replaces a key', () => {
    const key = createMasterKey(dataDir);
    expect(() => createMasterKey(dataDir)).toThrow(/Cannot create .*master\.key \(EEXIST\)/);
    expect(loadMasterKey(dataDir)).toEqual(key);
    expect(readdirSync(dataDir)).toEqual(['master.key']);
  });

  it('says what to do when the folder cannot hold the key', () => {
    const missing = join(dataDir, 'missing');
    expect(() => createMasterKey(missing)).toThrow(MasterKeyError);
    expect(() => createMasterKey(missing)).toThrow(/ENOENT.*CONFAB_MASTER_KEY/);
  });
});

describe('loadMasterKey', () => {
  it.each([0o640, 0o604, 0o660, 0o602])('refuses mode %o and says how to mend it', (mode) => {
    createMasterKey(dataDir);
    chmodSync(masterKeyFile(dataDir), mode);
    expect(() => loadMasterKey(dataDir)).toThrow(MasterKeyError);
    expect(() => loadMasterKey(dataDir)).toThrow(
      `mode 0${mode.toString(8)}). Run: chmod 600 '${masterKeyFile(dataDir)}'`,
    );
  });

  it('reads a key that an operator wrote in hexadecimal', () => {
    const digits = createMasterKey(dataDir).toString('hex');
    writeFileSync(masterKeyFile(dataDir), `${digits}\n`);
    expect(loadMasterKey(dataDir)?.toString('hex')).toBe(digits);
  });

  it('names the file and the fault of a damaged key, not the key', () => {
    createMasterKey(dataDir);
    const half = readFileSync(masterKeyFile(dataDir), 'utf8').slice(0, 20);
    writeFileSync(masterKeyFile(dataDir), half);
    const error = expect.objectContaining({ message: expect.not.stringContaining(half) });
    expect(() => loadMasterKey(dataDir)).toThrow(error);
    expect(() => loadMasterKey(dataDir)).toThrow(
      `The master key in ${masterKeyFile(dataDir)} is unusable: its base64 holds 15 bytes`,
    );
  });

  it('refuses a file that cannot be read, instead of taking it for missing', () => {
    mkdirSync(masterKeyFile(dataDir), { mode: 0o700 });
    expect(() => loadMasterKey(dataDir)).toThrow(/Cannot read .*master\.key \(EISDIR\)/);
  });
});
