import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SuiteOptions } from 'vitest';
import { skippedIfMissing } from '../../../../../test-support/requirement.ts';

/** Options for a suite that looks at system calls: skipped, with the reason, where strace cannot do so. */
export const needsStrace: SuiteOptions = skippedIfMissing('strace', whyNoStrace());

function whyNoStrace(): string | undefined {
  const { error, status } = spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']);
  if (error !== undefined) return 'strace not found (install strace)';
  return status === 0 ? undefined : 'strace may not trace processes here (ptrace is not permitted)';
}

/** Runs a TypeScript program under strace. Returns its calls of these kinds in order, one line each, with the paths of descriptors. */
export function traceCalls(calls: readonly string[], program: string, args: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'confab-strace-'));
  const output = join(folder, 'calls');
  try {
    const { status, stderr } = spawnSync(
      'strace',
      ['-f', '-y', '-qq', '-e', `trace=${calls.join(',')}`, '-o', output, process.execPath, program, ...args],
      { encoding: 'utf8', timeout: 60_000 },
    );
    if (status !== 0) throw new Error(`The traced program ended with ${status}:\n${stderr}`);
    return readFileSync(output, 'utf8').split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
