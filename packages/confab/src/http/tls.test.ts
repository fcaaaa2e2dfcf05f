import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../config/index.ts';
import { createLogger } from '../logging.ts';
import { createTlsServer, reloadTlsOnChange, type TlsFiles } from './tls.ts';

const FIXTURES = join(import.meta.dirname, '../../test/support/tls');

let folder: string;
let files: TlsFiles;

function put(part: 'cert' | 'key', pair: 'first' | 'second'): void {
  copyFileSync(join(FIXTURES, `${pair}-${part}.pem`), part === 'cert' ? files.certFile : files.keyFile);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'confab-tls-'));
  files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  put('cert', 'first');
  put('key', 'first');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('createTlsServer', () => {
  it('refuses files that cannot be used, and names the setting', () => {
    const create = () => createTlsServer(files, () => {});
    put('key', 'second');
    expect(create).toThrow(ConfigError);
    expect(create).toThrow(/CONFAB_TLS_CERT .*key values mismatch/);
    writeFileSync(files.keyFile, 'no key');
    expect(create).toThrow(ConfigError);
    rmSync(files.keyFile);
    expect(create).toThrow(/ENOENT/);
  });
});

describe('reloadTlsOnChange', () => {
  let server: Server;
  let stop: () => void;
  let logged: (line: string) => void;

  beforeEach(async () => {
    server = createTlsServer(files, (_request, response) => response.end());
    const logger = createLogger({ level: 'info', stream: { write: (line) => logged(line) } });
    logged = () => {};
    stop = reloadTlsOnChange(server, files, logger, 20);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    stop();
    server.close();
  });

  async function open(): Promise<TLSSocket> {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    const socket = connect({ host: '127.0.0.1', port: address.port, rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    return socket;
  }

  async function nameServed(): Promise<unknown> {
    const socket = await open();
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return subject.CN;
  }

  /** Resolves at the next line that holds `text`. */
  function line(text: string): Promise<void> {
    return new Promise((resolve) => {
      logged = (written) => {
        if (written.includes(text)) resolve();
      };
    });
  }

  it('puts a renewed pair to use, and leaves open connections alone', async () => {
    expect(await nameServed()).toBe('first.confab.test');
    const old = await open();

    const refused = line('the old ones stay');
    put('cert', 'second');
    await refused;
    expect(await nameServed()).toBe('first.confab.test');

    const reloaded = line('TLS certificate reloaded');
    put('key', 'second');
    await reloaded;
    expect(await nameServed()).toBe('second.confab.test');

    old.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [answer] = await once(old, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
    old.destroy();
  });

  it('keeps the old pair when the new one is broken or gone', async () => {
    for (const spoil of [() => writeFileSync(files.certFile, 'nonsense'), () => rmSync(files.certFile)]) {
      const refused = line('the old ones stay');
      spoil();
      await refused;
      expect(await nameServed()).toBe('first.confab.test');
    }
  });
});
