import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

describe('scripts/test-reporter.mjs', () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'confab-reporter-'));
    symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
    writeFileSync(
      join(project, 'vitest.config.mjs'),
      'export default { cacheDir: "cache", test: { fsModuleCache: false } };',
    );
  });

  afterEach(() => rmSync(project, { recursive: true }));

  /** The summary of a run of these test files. */
  function summarise(files: Record<string, string>): { passed: number; failed: number; skipped: unknown[] } {
    for (const [name, body] of Object.entries(files)) {
      const imports = `import { afterAll, beforeAll, describe, expect, it } from 'vitest';\n`;
      writeFileSync(join(project, `${name}.test.ts`), imports + body);
    }
    const summaryFile = join(project, 'summary.json');
    const args = ['run', '--root', project, '--maxWorkers=1', `--reporter=${join(root, 'scripts/test-reporter.mjs')}`];
    const env = { ...process.env, CONFAB_TEST_SUMMARY: summaryFile };
    spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], { cwd: project, env });
    return JSON.parse(readFileSync(summaryFile, 'utf8'));
  }

  it('counts what passed and failed', () => {
    const passes = `it('a', () => {}); describe('deeper', () => it('b', () => {}));`;
    const fails = `it('c', () => { throw new Error('c'); }); it('d', () => {});`;
    expect(summarise({ passes, fails })).toEqual({ ran: 4, passed: 3, failed: 1, skipped: [] });
  });

  it.each([
    ['a file that does not load', `import './nowhere.ts'; it('a', () => {});`],
    [
      'a hook that throws before',
      `describe('s', () => { beforeAll(() => { throw new Error('x'); }); it('a', () => {}); });`,
    ],
    [
      'a hook that throws after',
      `describe('s', () => { afterAll(() => { throw new Error('x'); }); it('a', () => {}); });`,
    ],
    ['an error that nobody catches', `it('a', () => { Promise.reject(new Error('x')); });`],
    ['a worker that dies', `it('a', () => { process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}); });`],
  ])('counts %s as failed', (_what, broken) => {
    const summary = summarise({ broken, sound: `it('b', () => {});` });
    expect(summary.failed).toBeGreaterThan(0);
    expect(summary.passed).toBeGreaterThan(0);
    expect(summary.skipped).toEqual([]);
  });

  it('tells what was skipped and why, once for each suite that carries the reason', () => {
    const skips = `
      const needsServer = { skip: true, meta: { skipReason: 'no server' } };
      it('runs', () => {});
      it.skip('bare', () => {});
      it('finds out', (context) => context.skip('no network'));
      it('lone', needsServer, () => {});
      describe('outer', () => {
        describe('store', needsServer, () => {
          it('reads', () => {});
          describe('inner', () => it('writes', () => {}));
        });
      });
      it.todo('later');`;
    expect(summarise({ skips })).toEqual({
      ran: 1,
      passed: 1,
      failed: 0,
      skipped: [
        { what: 'skips.test.ts > bare', reason: 'no reason given', count: 1 },
        { what: 'skips.test.ts > finds out', reason: 'no network', count: 1 },
        { what: 'skips.test.ts > lone', reason: 'no server', count: 1 },
        { what: 'skips.test.ts > outer > store', reason: 'no server', count: 2 },
        { what: 'skips.test.ts > later', reason: 'no reason given', count: 1 },
      ],
    });
  });
});
