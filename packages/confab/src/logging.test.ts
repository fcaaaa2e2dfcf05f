import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger, genReqId, moduleLogger } from './logging.ts';

const SECRET = 'hunter2hunter2';
const TOKEN = 'eyJ0eXAiOiJKV1QifQ.eyJqdGkiOiJTSzAxIn0.c2lnbmF0dXJlLW9mLXRoaXMtdG9rZW4';

function collect(level: 'info' | 'debug' = 'info') {
  const lines: string[] = [];
  return { lines, logger: createLogger({ level, stream: { write: (line) => lines.push(line) } }) };
}

describe('createLogger', () => {
  it('writes a JSON object a line, from its level on, with the module', () => {
    const { lines, logger } = collect();
    const child = moduleLogger(logger, 'realtime');
    child.debug('unseen');
    child.warn({ connections: 3 }, 'many');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('}\n')).toBe(true);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'warn',
      module: 'realtime',
      connections: 3,
      msg: 'many',
    });
    expect(JSON.parse(lines[0] ?? '').time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it.each([
    ['a header', { req: { headers: { authorization: SECRET } } }],
    ['a header as a client spelled it', { Authorization: SECRET, 'Set-Cookie': [SECRET, `]"${SECRET}`] }],
    ['a member deep inside', { a: { b: [{ c: { secret: SECRET } }] } }],
    ['a text with quotes and backslashes', { password: `"\\${SECRET}"\\` }],
    ['a token', { token: SECRET, continuation_token: SECRET }],
    [
      'the configuration',
      { secrets: { authToken: SECRET, apiSecret: SECRET, databaseUrl: `postgres://a:${SECRET}@b/c` } },
    ],
    ['a property of an error', { err: Object.assign(new Error('failed'), { connectionString: SECRET }) }],
    ['a signed token in a text', { url: `/x?t=${TOKEN}`, text: `refused\n${TOKEN}` }],
  ])('leaves the secret out of %s, and the line valid', (_place, logged) => {
    const { lines, logger } = collect();
    logger.child(logged).info('bound');
    logger.info(logged, 'given');
    logger.info({ data: { logged } }, `in the text ${TOKEN}`);
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({ level: 'info' });
      expect(line).toContain('[redacted]');
      expect(line).not.toContain('hunter2');
      expect(line).not.toContain('c2lnbmF0dXJl');
    }
    expect(lines).toHaveLength(3);
  });

  it('leaves out a key in a Buffer', () => {
    const { lines, logger } = collect();
    const masterKey = randomBytes(32);
    logger.info({ secrets: { masterKey } }, 'start');
    expect(JSON.parse(lines[0] ?? '').secrets).toEqual({ masterKey: '[redacted]' });
  });

  it('keeps what is no secret as it is, and every line valid, whatever is logged', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, text) => {
        const { lines, logger } = collect();
        logger.info({ value, token: text, message_index: 7 }, text);
        const line = JSON.parse(lines[0] ?? '');
        expect(line).toMatchObject({ token: '[redacted]', message_index: 7, msg: text });
        expect(line.value).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('writes to standard error, and leaves standard output alone', async () => {
    const program = `
      import { createLogger } from ${JSON.stringify(import.meta.resolve('./logging.ts'))};
      createLogger({ level: 'info' }).fatal('last words');
      process.kill(process.pid, 'SIGKILL');`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { timeout: 30_000 });
    await expect(run).rejects.toMatchObject({
      signal: 'SIGKILL',
      stdout: '',
      stderr: expect.stringContaining('"last words"'),
    });
  });
});

it('makes request ids of RQ and 32 hexadecimal digits', () => {
  const ids = Array.from({ length: 100 }, genReqId);
  for (const id of ids) expect(id).toMatch(/^RQ[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(100);
});
