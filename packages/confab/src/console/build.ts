import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Logger } from '../logging.ts';
import { BUILT, SOURCES } from './folders.ts';

export type BuildState = { kind: 'built' } | { kind: 'building' } | { kind: 'failed' };

/** The console's pages: in a checkout they are built when somebody first asks for them, and again when their sources have changed. */
export interface Build {
  ready(): Promise<BuildState>;
  stop(): void;
}

/** Says what the pages were built from. */
const STAMP = join(BUILT, '.built-from');

/** How long the answer to whether the sources have changed is good: it costs a look at each of them. */
const LOOK_AGAIN_MS = 1000;

export function createBuild(logger: Logger): Build {
  let running: ChildProcess | undefined;
  let failedFrom: string | undefined;
  let looked: { at: number; state: Promise<BuildState> } | undefined;

  async function look(): Promise<BuildState> {
    if (running !== undefined) return { kind: 'building' };
    const isBuilt = existsSync(join(BUILT, 'index.html'));
    if (!existsSync(join(SOURCES, 'src'))) return { kind: isBuilt ? 'built' : 'failed' };
    const from = await fingerprint(SOURCES);
    if (isBuilt && (await readFile(STAMP, 'utf8').catch(() => '')) === from) return { kind: 'built' };
    if (failedFrom === from) return { kind: 'failed' };
    start(from);
    return { kind: 'building' };
  }

  function start(from: string): void {
    logger.info('the console is being built');
    // In a process of its own, so that the server goes on serving.
    const child = spawn(process.execPath, [viteProgram(), 'build', '--logLevel', 'error'], {
      cwd: SOURCES,
      // Nothing of the server's own environment: with another NODE_ENV React's development build goes in, which is three times as large.
      env: { NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    running = child;
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors = (errors + chunk).slice(-4000);
    });
    child.on('error', (error) => {
      errors += error;
    });
    child.on('close', (code) => {
      void finish(from, code === 0, errors);
    });
  }

  async function finish(from: string, isDone: boolean, errors: string): Promise<void> {
    if (isDone) await writeFile(STAMP, from);
    else if (running?.killed !== true) logger.error({ errors }, 'the console could not be built');
    failedFrom = isDone ? undefined : from;
    running = undefined;
    looked = undefined;
  }

  return {
    async ready() {
      if (looked === undefined || looked.at + LOOK_AGAIN_MS < performance.now()) {
        looked = { at: performance.now(), state: look() };
      }
      return looked.state;
    },
    stop() {
      running?.kill();
    },
  };
}

function viteProgram(): string {
  const manifest = createRequire(join(SOURCES, 'package.json')).resolve('vite/package.json');
  return join(dirname(manifest), 'bin', 'vite.js');
}

/** Of the names, sizes and times of all sources. */
async function fingerprint(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => !name.startsWith('node_modules') && !name.startsWith('test'))
    .sort();
  const hash = createHash('sha256');
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isFile()) hash.update(`${name} ${found.size} ${found.mtimeMs}\n`);
  }
  return hash.digest('hex');
}
