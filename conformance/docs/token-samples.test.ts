import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Confab, startConfab } from '../../packages/confab/src/index.ts';
import { needsPythonHelper, PYTHON } from '../support/python.ts';
import { connectWith } from '../support/sdk.ts';
import { type SampleFolder, samplesOf, writeSamples } from './samples.ts';

const samples = samplesOf('access-tokens.md');
let confab: Confab;
let folder: SampleFolder;
beforeAll(async () => {
  confab = await startConfab();
  folder = writeSamples(samples);
});
afterAll(async () => {
  folder?.remove();
  await confab?.stop();
});

/** Runs the sample as the guide shows it, and connects the browser SDK with the token that it prints. */
async function expectAccepted(program: string, name: string): Promise<void> {
  const printed = await folder.run(program, name, {
    TWILIO_ACCOUNT_SID: confab.accountSid,
    TWILIO_API_KEY: confab.apiKey,
    TWILIO_API_SECRET: confab.apiSecret,
    TWILIO_CHAT_SERVICE_SID: confab.chatServiceSid,
  });
  const client = await connectWith(printed.trim(), confab.socketUrl);
  expect(client.user.identity).toBe('ada');
  await client.getSubscribedConversations();
  await client.shutdown();
}

describe('the samples that make a token', () => {
  it.each(['official.js', 'confab.js'])('%s makes one that Confab accepts', async (name) => {
    await expectAccepted(process.execPath, name);
  });

  it('make_token.py makes one that Confab accepts', needsPythonHelper, async () => {
    await expectAccepted(PYTHON, 'make_token.py');
  });

  it('differ in JavaScript by their import only', () => {
    const afterImport = (name: string) => samples.get(name)?.replace(/^[\s\S]*?\n\n/, '');
    expect(afterImport('confab.js')).toContain('token.toJwt()');
    expect(afterImport('confab.js')).toBe(afterImport('official.js'));
  });
});
