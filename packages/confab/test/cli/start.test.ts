import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/index.ts';
import { type CliProcess, runConfab } from '../support/cli.ts';

let folder: string;
const running: CliProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'confab-cli-'));
});
afterEach(async () => {
  for (const { child, exit } of running.splice(0)) {
    child.kill('SIGKILL');
    await exit;
  }
  await rm(folder, { recursive: true, force: true });
});

function start(env: Record<string, string> = {}, ...args: string[]): CliProcess {
  const confab = runConfab(['start', ...args], { PORT: '0', CONFAB_DATA_DIR: folder, ...env });
  running.push(confab);
  return confab;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const READY = /^confab listening on http:\/\//;

async function started(confab: CliProcess): Promise<string> {
  return (await confab.line(READY)).replace('confab listening on ', '');
}

function printed(confab: CliProcess, label: string): string {
  return new RegExp(`^${label} +(\\S+)`, 'm').exec(confab.output())?.[1] ?? '';
}

describe('confab start', () => {
  test('prints what a developer needs, and keeps the secrets in a private file when nobody watches', async () => {
    const confab = start();
    const url = await started(confab);
    expect(printed(confab, 'Account SID')).toMatch(/^AC[0-9a-f]{32}$/);
    expect(printed(confab, 'API Key')).toMatch(/^SK[0-9a-f]{32}$/);
    expect(printed(confab, 'Chat Service SID')).toMatch(/^IS[0-9a-f]{32}$/);
    expect(confab.output()).not.toMatch(/Auth Token|API Secret/);

    const file = printed(confab, 'Secrets');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const authToken = /Auth Token +(\S+)/.exec(await readFile(file, 'utf8'))?.[1];
    const answer = await fetch(`${url}/v1/Services`, {
      headers: { Authorization: `Basic ${btoa(`${printed(confab, 'Account SID')}:${authToken}`)}` },
    });
    expect(answer.status).toBe(200);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    expect(confab.errors()).not.toContain(authToken);
  });

  test('SIGTERM ends it with 0, and the next start finds the same credentials', async () => {
    const first = start();
    await started(first);
    expect(await first.stop()).toBe(0);
    const second = start();
    await started(second);
    for (const label of ['Account SID', 'API Key', 'Chat Service SID']) {
      expect(printed(second, label)).toBe(printed(first, label));
    }
    expect(second.output()).not.toContain('Secrets');
  });

  test('a second process on the same folder is refused, and the first goes on', async () => {
    const first = start();
    const url = await started(first);
    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.errors()).toContain(`pid ${first.child.pid}`);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
  });

  test('a killed process leaves nothing that hinders the next', async () => {
    const first = start();
    await started(first);
    first.child.kill('SIGKILL');
    await first.exit;
    await started(start());
  });

  test('another master key is refused in a sentence', async () => {
    const first = start();
    await started(first);
    await first.stop();
    const second = start({ CONFAB_MASTER_KEY: randomBytes(32).toString('base64') });
    expect(await second.exit).toBe(1);
    expect(second.errors()).toMatch(/^confab cannot start: .*master key/);
    expect(second.errors()).not.toMatch(/\n\s+at /);
  });

  test('a missing master key is not replaced by a new one that fits nothing', async () => {
    const first = start();
    await started(first);
    await first.stop();
    const key = join(folder, 'master.key');
    await rm(key);
    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.errors()).toContain('no master.key');
    await expect(stat(key)).rejects.toThrow();
  });

  test('other first credentials than those that are stored are refused by name', async () => {
    const first = start();
    await started(first);
    await first.stop();
    const second = start({ CONFAB_ACCOUNT_SID: `AC${'9'.repeat(32)}` });
    expect(await second.exit).toBe(1);
    expect(second.errors()).toContain('CONFAB_ACCOUNT_SID');
  });

  test('a port that is taken is refused in a sentence', async () => {
    const url = await started(start());
    const folderOfSecond = join(folder, 'second');
    const second = start({ CONFAB_DATA_DIR: folderOfSecond, PORT: new URL(url).port });
    expect(await second.exit).toBe(1);
    expect(second.errors()).toMatch(/^confab cannot start: .*EADDRINUSE/m);
  });

  test('what was not shown at the first start is shown by the next', async () => {
    const other = await started(start({ CONFAB_DATA_DIR: join(folder, 'other') }));
    expect(await start({ PORT: new URL(other).port }).exit).toBe(1);
    await expect(stat(join(folder, 'first-credentials.txt'))).rejects.toThrow();

    const second = start();
    const url = await started(second);
    const [, authToken] = /Auth Token +(\S+)/.exec(await readFile(printed(second, 'Secrets'), 'utf8')) ?? [];
    const authorization = `Basic ${btoa(`${printed(second, 'Account SID')}:${authToken}`)}`;
    expect((await fetch(`${url}/v1/Services`, { headers: { authorization } })).status).toBe(200);
    await second.stop();

    const third = start();
    await started(third);
    expect(third.output()).not.toContain('Secrets');
  });

  test('secrets of another database are left alone', async () => {
    const left = join(folder, 'first-credentials.txt');
    await writeFile(left, 'of another database');
    const confab = start();
    await started(confab);
    const file = printed(confab, 'Secrets');
    expect(file).not.toBe(left);
    expect(await readFile(file, 'utf8')).toMatch(/Auth Token +\S{32}/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(left, 'utf8')).toBe('of another database');
  });

  test('secrets that can be written nowhere refuse the start, and are not lost', async () => {
    const names = Array.from({ length: 100 }, (_, at) => `first-credentials${at === 0 ? '' : `-${at + 1}`}.txt`);
    for (const name of names) await writeFile(join(folder, name), '');
    const refused = start();
    expect(await refused.exit).toBe(1);
    expect(refused.errors()).toMatch(/^confab cannot start: .*first credentials/m);
    expect(refused.errors()).not.toMatch(/\n\s+at /);
    for (const name of names) await rm(join(folder, name));
    const second = start();
    await started(second);
    expect(await readFile(printed(second, 'Secrets'), 'utf8')).toMatch(/Auth Token +\S{32}/);
  });

  test('a database that cannot be reached is refused in a sentence, without its password', async () => {
    // Nobody listens on a port that was free a moment ago.
    const confab = start({
      CONFAB_DATABASE_URL: `postgres://confab:pass-word@127.0.0.1:${await freePort()}/confab`,
      CONFAB_MASTER_KEY: randomBytes(32).toString('base64'),
    });
    expect(await confab.exit).toBe(1);
    expect(confab.errors()).toMatch(/^confab cannot start: The database cannot be reached: .*ECONNREFUSED/m);
    expect(confab.errors()).not.toMatch(/\n\s+at |pass-word/);
  });

  test('bad configuration is refused with everything that is wrong in it', async () => {
    const confab = start({ PORT: 'http', CONFAB_JOIN: 'everyone' });
    expect(await confab.exit).toBe(1);
    expect(confab.errors()).toMatch(/PORT/);
    expect(confab.errors()).toMatch(/CONFAB_JOIN/);
  });
});

describe('the command line', () => {
  function inProcess(argv: string[], isTTY = false) {
    let output = '';
    let errors = '';
    let stop: (() => void) | undefined;
    const code = runCli(
      {
        env: { PORT: '0', CONFAB_DATA_DIR: folder, CONFAB_LOG_LEVEL: 'silent' },
        cwd: folder,
        readFile: () => '',
        stdout: {
          isTTY,
          write: (text) => {
            output += text;
            if (text.includes('confab listening')) stop?.();
          },
        },
        stderr: {
          write: (text) => {
            errors += text;
          },
        },
        onSignal: (callback) => {
          stop = callback;
        },
      },
      argv,
    );
    return { code, output: () => output, errors: () => errors };
  }

  test('a terminal is shown the secrets', async () => {
    const run = inProcess(['start'], true);
    expect(await run.code).toBe(0);
    expect(run.output()).toMatch(/Auth Token +\S{32}/);
    expect(run.output()).toMatch(/API Secret +\S{32}/);
    await expect(stat(join(folder, 'first-credentials.txt'))).rejects.toThrow();
  });

  test('help, and a command that does not exist', async () => {
    const help = inProcess(['--help']);
    expect(await help.code).toBe(0);
    expect(help.output()).toContain('confab start');
    const unknown = inProcess(['stop']);
    expect(await unknown.code).toBe(2);
    expect(unknown.errors()).toContain("there is no command 'stop'");
  });
});
