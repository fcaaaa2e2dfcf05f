import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import workerd from 'workerd';

/** Runs a module worker in workerd, and returns what it answers to one request. */
export async function runInWorkerd(worker: string, compatibilityFlags: readonly string[]): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'confab-workerd-'));
  try {
    await writeFile(join(folder, 'worker.js'), worker);
    await writeFile(join(folder, 'config.capnp'), configuration(compatibilityFlags));
    return await serve(join(folder, 'config.capnp'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function configuration(flags: readonly string[]): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = [${flags.map((flag) => JSON.stringify(flag)).join(', ')}],
);
`;
}

async function serve(config: string): Promise<unknown> {
  // It tells its port on a descriptor of its own.
  const child = spawn(workerd, ['serve', config, '--control-fd=3'], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let messages = '';
  child.stderr?.on('data', (chunk) => {
    messages += chunk;
  });
  try {
    const port = await Promise.race([listeningPort(child.stdio[3]), ended.then(() => undefined)]);
    if (port === undefined) throw new Error(`workerd ended before it listened:\n${messages}`);
    const response = await fetch(`http://127.0.0.1:${port}/`);
    if (!response.ok) throw new Error(`workerd answered ${response.status}: ${await response.text()}\n${messages}`);
    return await response.json();
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

async function listeningPort(control: unknown): Promise<number | undefined> {
  if (!(control instanceof Readable)) return undefined;
  for await (const line of createInterface({ input: control })) {
    const { event, port } = JSON.parse(line);
    if (event === 'listen') return port;
  }
  return undefined;
}
