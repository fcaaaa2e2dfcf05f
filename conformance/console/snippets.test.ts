import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inspectToken } from '@confab/access-token/inspect';
import { describe, expect, it } from 'vitest';
import { SNIPPETS, type SnippetValues } from '../../packages/console/src/pages/get-started/snippets.ts';
import { needsPythonHelper, PYTHON } from '../support/python.ts';

const secret = 'a secret of a key that was just made';
const values: SnippetValues = {
  accountSid: `AC${'1'.repeat(32)}`,
  apiKeySid: `SK${'2'.repeat(32)}`,
  apiSecret: secret,
  serviceSid: `IS${'3'.repeat(32)}`,
  // Whatever means something in one of the languages.
  identity: `o'brien "\\n" $HOME #{1} \${2}`,
};

/** Runs the sample, and looks into what it prints. */
async function expectGood(label: string, program: string, flags: string[], given: SnippetValues): Promise<void> {
  const code = SNIPPETS.find((snippet) => snippet.label === label)?.code(given) ?? '';
  // In this folder, where the libraries are found.
  const { stdout } = await promisify(execFile)(program, [...flags, code], {
    cwd: import.meta.dirname,
    env: { TWILIO_API_SECRET: secret },
  });
  const found = await inspectToken(stdout.trim(), {
    secret,
    accountSid: given.accountSid,
    serviceSid: given.serviceSid,
  });
  expect(found).toMatchObject({ verdict: 'accepted', identity: given.identity });
  expect(found.issuer?.apiKeySid).toBe(given.apiKeySid);
}

describe('the samples of the console make tokens that are good', () => {
  it.each([
    ['filled with a new secret', values],
    ['with the secret from the environment', { ...values, apiSecret: undefined }],
  ])('JavaScript, %s', async (_name, given) => {
    await expectGood('JavaScript', process.execPath, ['--input-type=module', '-e'], given);
  });

  it.each([
    ['filled with a new secret', values],
    ['with the secret from the environment', { ...values, apiSecret: undefined }],
  ])('Python, %s', needsPythonHelper, async (_name, given) => {
    await expectGood('Python', PYTHON, ['-c'], given);
  });
});
