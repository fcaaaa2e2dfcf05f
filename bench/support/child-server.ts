import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A server in a process of its own, so that its CPU and memory are its own too. */
export interface ChildServer {
  readonly pid: number;
  readonly port: number;
  /** From the start of the process to its ready line. */
  readonly startMs: number;
  /** Asks it to end, and ends it by force if it does not. */
  stop(): Promise<void>;
  /** Ends it from one moment to the next. */
  kill(): Promise<void>;
}

export interface ChildServerOptions {
  script: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** File for its log, as an operator would keep it; discarded when absent. */
  logFile?: string;
  /** Folder for a CPU profile. */
  profile?: string | undefined;
  /** Lets `collectGarbage` reach it, through its log. */
  inspect?: boolean;
}

const READY = /listening on http:\/\/127\.0\.0\.1:(\d+)/;
const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;

/** Starts a script and waits for its ready line. It gets no environment but the given one. */
export async function startChild({
  script,
  args = [],
  env = {},
  logFile,
  profile,
  inspect = false,
}: ChildServerOptions): Promise<ChildServer> {
  const nodeFlags = [
    ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
    ...(inspect ? ['--inspect=127.0.0.1:0'] : []),
  ];
  const log = logFile === undefined ? 'ignore' : openSync(logFile, 'a');
  const started = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, script, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', log],
  });
  if (typeof log === 'number') closeSync(log);
  const killWithUs = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killWithUs);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${script} could not be started`);
  const port = await readyPort(child, script);
  const startMs = performance.now() - started;
  return {
    pid,
    port,
    startMs,
    async stop() {
      process.off('exit', killWithUs);
      await stop(child);
    },
    async kill() {
      process.off('exit', killWithUs);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function readyPort(child: ChildProcess, script: string): Promise<number> {
  if (child.stdout === null) throw new Error('The child has no standard output.');
  const timeout = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const port = READY.exec(line)?.[1];
      if (port !== undefined) return Number(port);
    }
    throw new Error(`${script} ended, or took more than ${START_TIMEOUT_MS} ms, before it was ready`);
  } finally {
    clearTimeout(timeout);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const timeout = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timeout);
}
