import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Stands for npm: notes how it was called, and does to node_modules what the test tells it to. */
const FAKE_NPM = `
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
if (process.env.FAKE_FAILURE) {
  console.error(process.env.FAKE_FAILURE);
  process.exit(1);
}
mkdirSync('node_modules/.bin', { recursive: true });
writeFileSync('node_modules/.bin/node', '#!/bin/sh\\necho ' + process.env.FAKE_NODE, { mode: 0o755 });
`;

describe('scripts/setup.mjs', () => {
  let checkout: string;

  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), 'confab-setup-'));
    mkdirSync(join(checkout, 'scripts'));
    mkdirSync(join(checkout, 'packages/server'), { recursive: true });
    copyFileSync(join(import.meta.dirname, 'setup.mjs'), join(checkout, 'scripts/setup.mjs'));
    write('npm.cjs', FAKE_NPM);
    write('package-lock.json', '{}');
    write('package.json', '{ "scripts": { "test": "old" }, "devDependencies": { "node": "24.0.0" } }');
    write('packages/server/package.json', '{ "dependencies": {} }');
  });

  afterEach(() => rmSync(checkout, { recursive: true }));

  function write(path: string, text: string): void {
    writeFileSync(join(checkout, path), text);
  }

  function setUp(variables: Record<string, string> = {}) {
    const env = { ...process.env, npm_execpath: join(checkout, 'npm.cjs'), FAKE_NODE: 'v24.1.0', ...variables };
    const run = spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: checkout, env, encoding: 'utf8' });
    return { status: run.status, stdout: run.stdout, stderr: run.stderr };
  }

  function npmCalls(): string[] {
    const file = join(checkout, 'calls');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  it('installs once, and then says and does nothing', () => {
    expect(setUp()).toEqual({ status: 0, stdout: 'Installing dependencies (npm ci)...\n', stderr: '' });
    expect(setUp()).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(npmCalls()).toEqual(['ci --include=dev --no-audit --no-fund --loglevel=error']);
  });

  it.each([
    ['the lockfile', () => write('package-lock.json', '{ "lockfileVersion": 3 }')],
    ['the root manifest', () => write('package.json', '{ "devDependencies": { "node": "24.1.0" } }')],
    ['a workspace', () => write('packages/server/package.json', '{ "dependencies": { "ws": "8.0.0" } }')],
    ['the pinned Node', () => rmSync(join(checkout, 'node_modules/.bin/node'))],
  ])('installs again when %s has changed', (_what, change) => {
    setUp();
    change();
    expect(setUp().status).toBe(0);
    expect(npmCalls()).toHaveLength(2);
    setUp();
    expect(npmCalls()).toHaveLength(2);
  });

  it('does not install again for a new script', () => {
    setUp();
    write('package.json', '{ "scripts": { "test": "new" }, "devDependencies": { "node": "24.0.0" } }');
    setUp();
    expect(npmCalls()).toHaveLength(1);
  });

  it('falls back to npm install without a lockfile', () => {
    rmSync(join(checkout, 'package-lock.json'));
    expect(setUp().status).toBe(0);
    expect(npmCalls()).toEqual(['install --include=dev --no-audit --no-fund --loglevel=error']);
  });

  it('shows why npm failed and what to do, and tries again next time', () => {
    const { status, stderr } = setUp({ FAKE_FAILURE: 'npm error network unreachable' });
    expect(status).toBe(1);
    expect(stderr).toContain('npm error network unreachable');
    expect(stderr).toContain('run the same command again');
    expect(setUp().status).toBe(0);
    expect(npmCalls()).toHaveLength(2);
  });

  it('says when the Node that npm installed is too old', () => {
    const { status, stderr } = setUp({ FAKE_NODE: 'v20.20.2' });
    expect(status).toBe(1);
    expect(stderr).toContain('Confab needs Node 24, and node_modules/.bin/node is v20.20.2.');
    expect(setUp().status).toBe(0);
  });

  it('says when npm is not there', () => {
    const { status, stderr } = setUp({ npm_execpath: '', PATH: join(checkout, 'scripts') });
    expect(status).toBe(1);
    expect(stderr).toContain('npm 10 or newer');
  });
});
