// `npm test`: format and lint, types, then every test. Prints what was skipped and why, and as its last line the totals. Arguments go
// to Vitest: `npm test -- packages/access-token`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');

const parts = [
  check(run('biome', ['check', '--error-on-warnings', '.'])),
  check(run('tsc', ['--noEmit'])),
  check(run('tsc', ['-p', 'packages/console'])),
  runTests(process.argv.slice(2)),
];
report({
  passed: parts.reduce((sum, part) => sum + part.passed, 0),
  failed: parts.reduce((sum, part) => sum + part.failed, 0),
  skipped: parts.flatMap((part) => part.skipped),
});

/** Each check counts like one test. */
function check(status) {
  return status === 0 ? { passed: 1, failed: 0, skipped: [] } : { passed: 0, failed: 1, skipped: [] };
}

/** Exit status of a tool from node_modules, run on the pinned Node; its output goes where ours goes. */
function run(tool, args, variables = {}) {
  const env = { ...process.env, ...variables, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const { status, error } = spawnSync(join(bin, tool), args, { cwd: root, env, stdio: 'inherit' });
  if (error) console.error(`${tool} did not run: ${error.message}`);
  return status;
}

function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'confab-test-'));
  const summaryFile = join(folder, 'summary.json');
  try {
    const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'test-reporter.mjs')}`];
    const status = run('vitest', ['run', ...reporters, ...args], { CONFAB_TEST_SUMMARY: summaryFile });
    if (!existsSync(summaryFile)) return failure(`vitest ended without a result (status ${status})`);
    const summary = JSON.parse(readFileSync(summaryFile, 'utf8'));
    if (summary.failed > 0) return summary;
    if (summary.ran === 0) return failure('no test ran', summary);
    if (status !== 0) return failure(`vitest failed after its tests (status ${status})`, summary);
    return summary;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function failure(message, summary = { passed: 0, failed: 0, skipped: [] }) {
  console.error(message);
  return { ...summary, failed: summary.failed + 1 };
}

function report({ passed, failed, skipped }) {
  const skippedCount = skipped.reduce((sum, { count }) => sum + count, 0);
  if (skippedCount > 0) console.log('Skipped:');
  for (const { what, reason, count } of skipped) {
    console.log(`  ${what}${count > 1 ? ` (${count} tests)` : ''}: ${reason}`);
  }
  process.exitCode = failed > 0 ? 1 : 0;
  console.log(`${passed} passed, ${failed} failed${skippedCount > 0 ? `, ${skippedCount} skipped` : ''}`);
}
