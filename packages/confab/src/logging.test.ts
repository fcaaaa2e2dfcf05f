import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import fc from 'fast-check';
import pg from 'pg';
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

  it('says of an error what it is and where it came from, and nothing that it carries along', () => {
    const { lines, logger } = collect();
    const message = 'duplicate key value violates unique constraint "users_identity"';
    const refused = Object.assign(new pg.DatabaseError(message, 0, 'error'), {
      code: '23505',
      detail: `Key (identity)=(${SECRET}) already exists.`,
      node: { parameters: [SECRET] },
    });
    const lost = Object.assign(new TypeError('the connection is lost', { cause: refused }), {
      client: { user: 'confab', parameters: { host: SECRET } },
    });
    logger.error({ err: lost }, 'background work failed');
    logger.error(lost);
    logger.error({ err: { client: SECRET } }, 'thrown, but no error');
    expect(lines.join('')).not.toContain('hunter2');
    for (const line of lines.slice(0, 2)) {
      expect(JSON.parse(line).err).toEqual({
        type: 'TypeError',
        message: 'the connection is lost',
        stack: expect.stringContaining('logging.test.ts'),
        cause: { type: 'DatabaseError', message, code: '23505', stack: expect.any(String) },
      });
    }
  });

  it('ends with a cause that is its own', () => {
    const { lines, logger } = collect();
    const error = new Error('again');
    error.cause = error;
    logger.error({ err: error }, 'failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { message: 'again', cause: { message: 'again' } } });
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
