import twilio from 'twilio';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { type Confab, startConfab } from '../../src/index.ts';
import { runConfab } from '../support/cli.ts';
import { confabIn } from '../support/in-process-cli.ts';
import { clientFor } from '../support/rest-server.ts';
import { startReceiver } from './support/receiver.ts';

let confab: Confab;
let env: Record<string, string>;

beforeEach(async () => {
  confab = await startConfab();
  onTestFinished(() => confab.stop());
  env = { CONFAB_ACCOUNT_SID: confab.accountSid, CONFAB_AUTH_TOKEN: confab.authToken };
});

/** A message over REST that webhooks are told of. */
async function say(body: string): Promise<string> {
  const service = clientFor(confab.url, confab.accountSid, confab.authToken).conversations.v1.services(
    confab.chatServiceSid,
  );
  const { sid } = await service.conversations.create({ xTwilioWebhookEnabled: 'true' });
  await service.conversations(sid).messages.create({ xTwilioWebhookEnabled: 'true', body });
  return sid;
}

async function get(path: string): Promise<Record<string, unknown>> {
  const authorization = `Basic ${Buffer.from(`${confab.accountSid}:${confab.authToken}`).toString('base64')}`;
  return Object(await (await fetch(`${confab.url}/confab/v1${path}`, { headers: { authorization } })).json());
}

it('lists, shows and sends again what was sent, without secrets, over REST and on the command line', async () => {
  const receiver = await startReceiver();
  receiver.answer((response) => response.writeHead(404).end('no such <hook>'));
  const service = clientFor(confab.url, confab.accountSid, confab.authToken).conversations.v1.services(
    confab.chatServiceSid,
  );
  const postWebhookUrl = `${receiver.url.replace('//', '//user:secret1@')}/hook?key=secret2`;
  await service.configuration.webhooks().update({ postWebhookUrl, filters: ['onMessageAdded'], method: 'POST' });
  const conversationSid = await say('hello');
  await receiver.has(1);
  const failed = async (): Promise<unknown[]> =>
    Object(await get('/WebhookDeliveries?State=failed')).webhook_deliveries;
  await expect.poll(failed, { timeout: 10_000 }).toHaveLength(1);

  const [listed] = await failed();
  expect(listed).toMatchObject({
    event: 'onMessageAdded',
    conversation_sid: conversationSid,
    target: confab.chatServiceSid,
    state: 'failed',
    tries: 1,
    webhook_url: `${receiver.url}/hook`,
  });
  const { sid } = Object(listed);
  const shown = await get(`/WebhookDeliveries/${sid}`);
  expect(shown).toMatchObject({
    parameters: { Body: 'hello', EventType: 'onMessageAdded' },
    attempts: [{ outcome: 'answered', status: 404, answer: 'no such <hook>', reason: null }],
  });
  expect(JSON.stringify([listed, shown])).not.toMatch(/secret|X-Twilio-Signature/);

  receiver.answer((response) => response.end());
  const again = await confabIn('/tmp', ['webhooks', 'redeliver', sid, '--url', confab.url], env);
  expect([again.code, again.errors]).toEqual([0, '']);
  await receiver.has(2);
  expect(receiver.received[1]?.params).toEqual({ ...receiver.received[0]?.params, RetryCount: '1' });
  await expect.poll(async () => (await get(`/WebhookDeliveries/${sid}`)).state, { timeout: 10_000 }).toBe('delivered');
  const list = await confabIn('/tmp', ['webhooks', 'list', '--url', confab.url], env);
  expect(list.output).toMatch(new RegExp(`${sid} +onMessageAdded +delivered +2 +${conversationSid}`));
  const show = await confabIn('/tmp', ['webhooks', 'show', sid, '--url', confab.url], env);
  expect(show.output).toMatch(/answered +404 +\d+ ms +no such <hook>/);
  expect(Object(await get('/WebhookDeliveries/WD00000000000000000000000000000000')).status).toBe(404);
});

it('tells whether a signature is good', async () => {
  const url = 'https://example.com/hook';
  const signature = twilio.getExpectedTwilioSignature(confab.authToken, url, { a: '1', b: '=2' });
  const verify = (given: string) =>
    confabIn(
      '/tmp',
      ['webhooks', 'verify', '--webhook-url', url, '--signature', given, '--param', 'b==2', '--param', 'a=1'],
      env,
    );
  expect(await verify(signature)).toMatchObject({ code: 0, output: 'The signature is good.\n' });
  expect(await verify(`x${signature.slice(1)}`)).toMatchObject({ code: 1 });
});

it('brings webhooks to a program on another machine, signed for it, with nothing configured', async () => {
  const receiver = await startReceiver();
  receiver.answer((response) => response.writeHead(201).end('thanks'));
  const forward = `${receiver.url}/mine?x=1`;
  const listen = runConfab(['listen', '--forward', forward, '--url', confab.url, '--event', 'onMessageAdded'], env);
  onTestFinished(async () => void (await listen.stop()));
  await listen.line(/^Listening/);
  await say('first');
  await say('second');
  await receiver.has(2);

  expect(receiver.received.map(({ params }) => params.Body)).toEqual(['first', 'second']);
  for (const { headers, params } of receiver.received) {
    const signature = String(headers['x-twilio-signature']);
    expect(twilio.validateRequest(confab.authToken, signature, forward, params)).toBe(true);
  }
  expect(await listen.line(/^onMessageAdded CH[0-9a-f]{32} -> 201 thanks in \d+ ms$/)).toBeTruthy();
  expect(await listen.stop()).toBe(0);
});
