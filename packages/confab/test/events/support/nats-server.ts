import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { skippedIfMissing } from '../../../../../test-support/requirement.ts';

/** Options for suites that need the NATS server: skipped where there is none. */
export const needsNats = skippedIfMissing(
  'nats-server',
  spawnSync('nats-server', ['--version']).status === 0 ? undefined : 'there is no nats-server on this machine',
);

export interface NatsServer {
  /** Without a login. */
  host: string;
  start(): Promise<void>;
  /** As `kill -9`. */
  kill(): Promise<void>;
}

/** A NATS server with JetStream, for a test; `start` starts it, also after it was killed. */
export async function natsServer(settings: string): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'confab-nats-'));
  const port = await freePort();
  const config = join(folder, 'nats.conf');
  writeFileSync(config, `host: 127.0.0.1\nport: ${port}\njetstream: { store_dir: ${folder} }\n${settings}\n`);
  let child: ChildProcess | undefined;
  async function kill(): Promise<void> {
    if (child === undefined) return;
    const exit = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    child = undefined;
    await exit;
  }
  onTestFinished(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    host: `127.0.0.1:${port}`,
    kill,
    async start() {
      const process = spawn('nats-server', ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
      child = process;
      let log = '';
      await new Promise<void>((resolve, reject) => {
        process.stderr.on('data', (text) => {
          log += text;
          if (log.includes('Server is ready')) resolve();
        });
        process.once('exit', () => reject(new Error(`nats-server ended: ${log}`)));
      });
    },
  };
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
