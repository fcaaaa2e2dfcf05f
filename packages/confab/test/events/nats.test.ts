import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Confab, type ConfabOptions, startConfab } from '../../src/index.ts';
import { clientFor } from '../support/rest-server.ts';
import { type NatsServer, natsServer, needsNats } from './support/nats-server.ts';

const USERS = `authorization: { users: [
  { user: confab, password: "pass word" },
  { user: mute, password: mute, permissions: { publish: { deny: "confab.>" } } }
] }`;

const PATIENCE = { timeout: 30_000, interval: 100 };

async function start(options: ConfabOptions) {
  const dataDir = mkdtempSync(join(tmpdir(), 'confab-nats-'));
  const confab = await startConfab({ dataDir, ...options });
  onTestFinished(async () => {
    await confab.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const { conversations } = clientFor(confab.url, confab.accountSid, confab.authToken).conversations.v1;
  const { sid } = await conversations.create();
  return { ...confab, say: (body: string) => conversations(sid).messages.create({ body }) };
}

async function metric({ url, accountSid, authToken }: Confab, name: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const text = await (await fetch(`${url}/metrics`, { headers: { authorization } })).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

async function clientOf({ host }: NatsServer): Promise<NatsConnection> {
  const client = await connect({ servers: host, user: 'confab', pass: 'pass word' });
  onTestFinished(() => client.close());
  return client;
}

/** Everything that the stream has, in its order. */
async function streamed(client: NatsConnection) {
  const info = Object(await ask(client, 'INFO.CONFAB', {}));
  const stored = [];
  for (let seq = 1; seq <= info.state.last_seq; seq += 1) {
    const { message } = Object(await ask(client, 'MSG.GET.CONFAB', { seq }));
    stored.push({ subject: message.subject, event: JSON.parse(Buffer.from(message.data, 'base64').toString()) });
  }
  return stored;
}

async function ask(client: NatsConnection, request: string, body: object): Promise<unknown> {
  return (await client.request(`$JS.API.STREAM.${request}`, JSON.stringify(body))).json();
}

describe('the export to NATS', needsNats, () => {
  it('loses nothing and keeps the order while NATS is absent and killed; the stream has each event once', async () => {
    const nats = await natsServer(USERS);
    const confab = await start({ natsUrl: `nats://confab:pass%20word@${nats.host}`, natsStream: 'CONFAB' });
    const told = ['before there is a server', 'before there is a stream'];
    await confab.say('before there is a server');
    await expect.poll(() => metric(confab, 'confab_nats_failing'), PATIENCE).toBe(1);
    expect(await metric(confab, 'confab_nats_waiting_seconds')).toBeGreaterThan(0);
    await nats.start();
    await confab.say('before there is a stream');
    const failures = await metric(confab, 'confab_nats_failures_total');
    await expect.poll(() => metric(confab, 'confab_nats_failures_total'), PATIENCE).toBeGreaterThan(failures);
    await ask(await clientOf(nats), 'CREATE.CONFAB', { name: 'CONFAB', subjects: ['confab.>'] });

    await expect.poll(() => metric(confab, 'confab_nats_failing'), PATIENCE).toBe(0);
    for (let index = 0; index < 150; index += 1) {
      const body = String(index);
      told.push(body);
      const said = confab.say(body);
      if (index === 75) await nats.kill();
      await said;
    }
    await nats.start();
    await expect.poll(() => metric(confab, 'confab_nats_waiting_seconds'), PATIENCE).toBe(0);

    const stored = await streamed(await clientOf(nats));
    const messages = stored.filter(({ event }) => event.type === 'message.added');
    expect(messages.map(({ event }) => event.data.body)).toEqual(told);
    expect(messages[0]?.subject).toBe(`confab.${confab.accountSid}.${confab.chatServiceSid}.message.added`);
    // From the first on that the service has.
    expect(stored[0]?.event.type).toBe('service.added');
    expect(new Set(stored.map(({ event }) => event.id)).size).toBe(stored.length);
    expect(await metric(confab, 'confab_nats_events_total')).toBeGreaterThanOrEqual(told.length);
  }, 60_000);

  it('publishes to whoever listens where there is no stream, and waits where it may not publish', async () => {
    const nats = await natsServer(USERS);
    await nats.start();
    const client = await clientOf(nats);
    const bodies: unknown[] = [];
    client.subscribe('confab.*.*.message.>', {
      callback: (_error, message) => void bodies.push(Object(Object(message.json()).data).body),
    });
    await client.flush();
    const [mute, confab] = [
      await start({ natsUrl: `nats://mute:mute@${nats.host}` }),
      await start({ natsUrl: `nats://confab:pass%20word@${nats.host}` }),
    ];
    await mute.say('not allowed');
    const told = Array.from({ length: 20 }, (_, index) => String(index));
    for (const body of told) await confab.say(body);
    await expect.poll(() => bodies, PATIENCE).toEqual(told);
    await expect.poll(() => metric(mute, 'confab_nats_failing'), PATIENCE).toBe(1);
    expect(await metric(mute, 'confab_nats_events_total')).toBe(0);
    expect(await metric(confab, 'confab_nats_failing')).toBe(0);
  }, 60_000);
});
