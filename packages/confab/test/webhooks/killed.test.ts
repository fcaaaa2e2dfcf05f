import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { type CliProcess, runConfab } from '../support/cli.ts';
import { createDatabase } from '../support/postgres.ts';
import { clientFor } from '../support/rest-server.ts';
import { type Engine, onEachEngine } from '../support/store.ts';
import { startReceiver } from './support/receiver.ts';

/** A hundred on demand: each starts a process. */
const ROUNDS = Number(process.env.CONFAB_KILL_ROUNDS ?? 2);

/** Where in a delivery the process dies: before the answer, once it is on its way, or right after the message was acknowledged. */
const STEPS = ['asked', 'answered', 'acknowledged'] as const;

const AUTH_TOKEN = '0123456789abcdef0123456789abcdef';
const ACCOUNT_SID = `AC${'1'.repeat(32)}`;
const SERVICE_SID = `IS${'1'.repeat(32)}`;

/** Where processes of a server may be started and killed, one after the other or, on PostgreSQL, beside each other. */
async function deployment(engine: Engine) {
  const folder = await mkdtemp(join(tmpdir(), 'confab-killed-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const database = engine === 'postgres' ? await createDatabase() : undefined;
  if (database !== undefined) onTestFinished(() => database.drop());
  const env = {
    PORT: '0',
    CONFAB_DEV: '1',
    CONFAB_DATA_DIR: folder,
    CONFAB_ACCOUNT_SID: ACCOUNT_SID,
    CONFAB_AUTH_TOKEN: AUTH_TOKEN,
    CONFAB_CHAT_SERVICE_SID: SERVICE_SID,
    CONFAB_LIMIT_OVERRIDES: 'webhookLeaseMs=1000',
    ...(database !== undefined && {
      CONFAB_DATABASE_URL: database.url,
      CONFAB_MASTER_KEY: randomBytes(32).toString('hex'),
    }),
  };
  async function start(): Promise<{ process: CliProcess; url: string }> {
    const process = runConfab(['start'], env);
    onTestFinished(async () => {
      process.child.kill('SIGKILL');
      await process.exit;
    });
    return { process, url: (await process.line(/^confab listening/)).replace('confab listening on ', '') };
  }
  return { database, start };
}

const serviceAt = (url: string) => clientFor(url, ACCOUNT_SID, AUTH_TOKEN).conversations.v1.services(SERVICE_SID);

onEachEngine('webhooks of a server that is killed', (engine) => {
  it(`are all sent, in order, over ${ROUNDS} deaths`, { timeout: 60_000 + ROUNDS * 30_000 }, async () => {
    const { database, start } = await deployment(engine);
    const receiver = await startReceiver();
    let node = await start();
    // On PostgreSQL another node goes on meanwhile; SQLite has one at a time.
    const other = engine === 'postgres' ? await start() : undefined;
    const service = serviceAt(node.url);
    await service.configuration
      .webhooks()
      .update({ postWebhookUrl: receiver.url, filters: ['onMessageAdded'], method: 'POST' });
    const { sid } = await service.conversations.create();

    const told: string[] = [];
    const got = () => new Set(receiver.received.map(({ params }) => params.Body ?? ''));
    async function say(url: string): Promise<void> {
      const body = String(told.length);
      await serviceAt(url).conversations(sid).messages.create({ xTwilioWebhookEnabled: 'true', body });
      told.push(body);
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      const step = STEPS[round % STEPS.length];
      const kill = (): void => void node.process.child.kill('SIGKILL');
      receiver.answer((response) => {
        if (step === 'asked') kill();
        else response.end('', () => (step === 'answered' ? kill() : undefined));
      });
      await say(node.url);
      // Whichever node sends it, this one dies now at the latest.
      if (step === 'acknowledged' || other !== undefined) kill();
      await node.process.exit;
      receiver.answer((response) => response.end());
      if (database !== undefined) await expireLeases(database.url);
      if (other !== undefined) await say(other.url);
      node = await start();
      await say(node.url);
      await expect.poll(() => told.every((body) => got().has(body)), { timeout: 20_000 }).toBe(true);
    }
    expect([...got()]).toEqual(told);
  });

  it('are asked again before a change when it died meanwhile, and the request that is repeated is applied once', {
    timeout: 60_000,
  }, async () => {
    const { start } = await deployment(engine);
    const receiver = await startReceiver();
    let node = await start();
    const configuration = serviceAt(node.url).configuration.webhooks();
    await configuration.update({ preWebhookUrl: receiver.url, filters: ['onMessageAdd'], method: 'POST' });
    const { sid } = await serviceAt(node.url).conversations.create();
    const say = () =>
      fetch(`${node.url}/v1/Services/${SERVICE_SID}/Conversations/${sid}/Messages`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}`,
          'X-Twilio-Webhook-Enabled': 'true',
          'Idempotency-Key': 'once',
        },
        body: new URLSearchParams({ Body: 'said once' }),
      }).then(({ status }) => status);
    receiver.answer(() => void node.process.child.kill('SIGKILL'));
    await expect(say()).rejects.toThrow();
    await node.process.exit;
    receiver.answer((response) => response.end('{"body":"altered"}'));
    node = await start();
    expect([await say(), await say()]).toEqual([201, 201]);
    const messages = await serviceAt(node.url).conversations(sid).messages.list();
    expect(messages.map(({ body }) => body)).toEqual(['altered']);
    expect(receiver.received).toHaveLength(2);
    expect(new Set(receiver.received.map(({ headers }) => headers['i-twilio-idempotency-token'])).size).toBe(1);
  });
});

/** What the dead node held runs out, without the wait. */
async function expireLeases(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('UPDATE event_consumers SET leased_until = 0');
  await client.query('UPDATE webhook_lanes SET leased_until = 0');
  await client.end();
}
