import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { resolveConfig } from '../../src/config/index.ts';
import { examine } from '../../src/doctor/index.ts';
import { startConfab } from '../../src/index.ts';
import { confabIn } from '../support/in-process-cli.ts';
import { createDatabase, needsPostgres } from '../support/postgres.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'confab-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function doctorIn(folder: string, env: Record<string, string> = {}) {
  const { code, output } = await confabIn(folder, ['doctor', '--json'], env);
  const findings: Record<string, string>[] = JSON.parse(output);
  const of = (check: string) => findings.filter((finding) => finding.check === check);
  return { code, findings, of };
}

async function startedIn(dataDir: string) {
  const confab = await startConfab({ dataDir, dev: false });
  onTestFinished(() => confab.stop());
  return confab;
}

it('finds nothing where all is well, beside the running server, and changes nothing', async () => {
  const folder = temporaryFolder();
  const confab = await startedIn(folder);
  const { code, findings, of } = await doctorIn(folder, { CONFAB_PUBLIC_URL: confab.url });
  const wrong = findings.filter(({ check, verdict }) => verdict !== 'ok' && check !== 'disk');
  expect(wrong).toEqual([]);
  expect(of('disk')).toHaveLength(1);
  expect(of('public URL')[0]?.message).toContain('serves this database');
  expect(code).toBe(of('disk')[0]?.verdict === 'failed' ? 1 : 0);
  const { output } = await confabIn(folder, ['doctor'], { CONFAB_PUBLIC_URL: confab.url });
  expect(output).toContain('ok       database: is sound');
});

it('tells of a bad configuration, with each fault', async () => {
  const { code, of } = await doctorIn(temporaryFolder(), { PORT: 'high', CONFAB_MASTER_KEY: 'short' });
  expect(code).toBe(1);
  expect(of('configuration').map(({ message }) => message)).toEqual([
    expect.stringContaining('PORT'),
    expect.stringContaining('CONFAB_MASTER_KEY'),
  ]);
});

it('tells of a folder where nothing has started yet, without making anything', async () => {
  const folder = join(temporaryFolder(), 'new');
  const result = await doctorIn(tmpdir(), { CONFAB_DATA_DIR: folder, PORT: '1' });
  expect(result.code).toBe(0);
  expect(result.of('database')[0]).toMatchObject({
    verdict: 'warning',
    advice: expect.stringContaining('first start'),
  });
});

it('tells of a damaged database, a wrong or missing master key, a folder that others can read, and a newer schema', async () => {
  const folder = temporaryFolder();
  await (await startedIn(folder)).stop();
  const wrong = await doctorIn(folder, { CONFAB_MASTER_KEY: randomBytes(32).toString('base64') });
  expect(wrong.of('master key')[0]).toMatchObject({
    verdict: 'failed',
    message: expect.stringContaining('not the one'),
  });
  rmSync(join(folder, 'master.key'));
  chmodSync(folder, 0o755);
  const database = new DatabaseSync(join(folder, 'confab.db'));
  database.exec(`INSERT INTO migrations VALUES ('999-future', '')`);
  database.exec(`UPDATE event_log SET created_at = created_at + 3600000`);
  database.exec(`PRAGMA foreign_keys = OFF; UPDATE roles SET service_id = 99`);
  database.close();
  const { code, of } = await doctorIn(folder);
  expect(code).toBe(1);
  expect(of('master key')[0]).toMatchObject({ verdict: 'failed', advice: expect.stringContaining('keys reissue') });
  expect(of('data folder')[0]).toMatchObject({ verdict: 'warning', advice: expect.stringContaining('chmod 700') });
  expect(of('schema')[0]).toMatchObject({ verdict: 'failed', message: expect.stringContaining('999-future') });
  expect(of('clock')[0]).toMatchObject({ verdict: 'failed', advice: expect.stringContaining('NTP') });
  expect(of('database')[0]).toMatchObject({
    verdict: 'failed',
    message: expect.stringContaining('refers to a row of services'),
  });
  truncateSync(join(folder, 'confab.db'), 0);
  writeFileSync(
    join(folder, 'confab.db'),
    'no database at all, but a text that is long enough to be read as one'.repeat(20),
  );
  expect((await doctorIn(folder)).of('database')[0]).toMatchObject({
    verdict: 'failed',
    advice: expect.stringContaining('restore'),
  });
});

it('tells of a public URL that leads elsewhere, or nowhere', async () => {
  const [here, there] = [temporaryFolder(), temporaryFolder()];
  await startedIn(here);
  const other = await startedIn(there);
  const elsewhere = await doctorIn(here, { CONFAB_PUBLIC_URL: other.url });
  expect(elsewhere.of('public URL')[0]).toMatchObject({
    verdict: 'failed',
    message: expect.stringContaining('other data'),
  });
  const nowhere = await doctorIn(here, { CONFAB_PUBLIC_URL: 'http://127.0.0.1:1' });
  expect(nowhere.of('public URL')[0]).toMatchObject({
    verdict: 'failed',
    message: expect.stringContaining('cannot be reached'),
  });
});

it('tells of a disk that is nearly full', async () => {
  const { config, secrets } = resolveConfig({ dataDir: temporaryFolder(), port: 1 });
  const disk = async (free: number) => {
    const findings = await examine(
      { config, secrets, warnings: [] },
      () => 0,
      () => ({ free, total: 100 }),
    );
    return findings.find(({ check }) => check === 'disk')?.verdict;
  };
  expect([await disk(50), await disk(9), await disk(4)]).toEqual(['ok', 'warning', 'failed']);
});

it('looks at PostgreSQL as well', needsPostgres, async () => {
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  const masterKey = randomBytes(32).toString('base64');
  const confab = await startConfab({ databaseUrl: url, masterKey });
  onTestFinished(() => confab.stop());
  const env = { CONFAB_DATABASE_URL: url, CONFAB_MASTER_KEY: masterKey, CONFAB_PUBLIC_URL: confab.url };
  const { of } = await doctorIn(temporaryFolder(), env);
  expect(of('schema')[0]?.verdict).toBe('ok');
  expect(of('master key')[0]?.verdict).toBe('ok');
  expect(of('public URL')[0]?.message).toContain('serves this database');
  // The server of the tests saves its time.
  expect(of('database')[0]).toMatchObject({ message: expect.stringMatching(/fsync is off|is PostgreSQL/) });
});
