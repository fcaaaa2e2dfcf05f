import twilio from 'twilio';
import { expect, it } from 'vitest';
import { redeliverWebhook, updateWebhookConfiguration } from '../../src/domain/index.ts';
import { onEachEngine } from '../support/store.ts';
import { hookedDomain } from './support/hooked-domain.ts';
import { type ReceivedHook, startReceiver } from './support/receiver.ts';

/** The hooks' own test of 10,000 events takes minutes; some show the same. */
const EVENTS = Number(process.env.CONFAB_WEBHOOK_EVENTS ?? 40);

const bodies = (received: readonly ReceivedHook[]) => received.map(({ params }) => params.Body);

/** Connections and commits of some hundred deliveries: they take what a busy machine gives them. */
const TIMEOUT_MS = 20_000 + 100 * EVENTS;

onEachEngine('webhooks after events', (engine) => {
  it('go to the service before the account, to the conversation besides, by filter and keyword, and in order', async () => {
    const domain = await hookedDomain(engine);
    const { account, execute, secretBox, service } = domain;
    const [ofAccount, ofService, scoped, trigger] = [
      await startReceiver(),
      await startReceiver(),
      await startReceiver(),
      await startReceiver(),
    ];
    await execute(updateWebhookConfiguration, account, { postWebhookUrl: ofAccount.url, filters: ['onMessageAdded'] });
    const one = await domain.conversation('one');
    await domain.say(one, 'to the account');
    await domain.until(() => ofAccount.received.length === 1);

    await domain.hookService(`${ofService.url}/hook?a=b`);
    await domain.hookConversation(one, { url: scoped.url, filters: ['onMessageAdded'], replayAfter: 0 });
    await domain.hookConversation(one, { target: 'trigger', url: trigger.url, triggers: ['HELP'], method: 'get' });
    await domain.say(one, 'first');
    await domain.say(one, 'not told', false);
    await domain.say(one, 'please help!');
    await domain.until(() => ofService.received.length === 2 && scoped.received.length === 3);
    await domain.until(() => trigger.received.length === 1);

    expect(bodies(ofAccount.received)).toEqual(['to the account']);
    expect(bodies(ofService.received)).toEqual(['first', 'please help!']);
    // The first message was there before, and was asked for.
    expect(bodies(scoped.received)).toEqual(['to the account', 'first', 'please help!']);
    expect(bodies(trigger.received)).toEqual(['please help!']);
    expect(scoped.received[0]?.params.WebhookSid).toMatch(/^WH/);
    expect(ofService.received[0]?.params).toMatchObject({
      RetryCount: '0',
      Source: 'API',
      ChatServiceSid: service.sid,
    });
    const { auth_token, sid } = await domain.store.read
      .selectFrom('accounts')
      .select(['auth_token', 'sid'])
      .executeTakeFirstOrThrow();
    for (const { headers, params } of ofService.received) {
      const signature = String(headers['x-twilio-signature']);
      const token = secretBox.open(auth_token, sid);
      expect(twilio.validateRequest(token, signature, `${ofService.url}/hook?a=b`, params)).toBe(true);
    }
    expect(domain.errors).toEqual([]);
  });

  it('wait a minute for one that fails, then go on without it, and it comes late', async () => {
    const domain = await hookedDomain(engine);
    const receiver = await startReceiver();
    let isBroken = true;
    receiver.answer((response, { params }) => {
      response.writeHead(isBroken && params.Body === 'poison' ? 503 : 200).end(`answer to ${params.Body}`);
    });
    await domain.hookService(receiver.url);
    const [one, other] = [await domain.conversation('one'), await domain.conversation('other')];
    const begun = domain.clock.now();
    await domain.say(one, 'poison');
    await domain.say(one, 'behind it');
    await domain.say(other, 'elsewhere');
    await domain.until(() => receiver.received.length >= 2);
    expect(new Set(bodies(receiver.received.slice(0, 2)))).toEqual(new Set(['poison', 'elsewhere']));

    await domain.until(() => bodies(receiver.received).includes('behind it'), 1_000);
    expect(domain.clock.now() - begun).toBeGreaterThan(30_000);
    expect(domain.clock.now() - begun).toBeLessThan(150_000);
    const tries = receiver.received.filter(({ params }) => params.Body === 'poison');
    expect(tries.map(({ params }) => params.RetryCount)).toEqual(tries.map((_, index) => String(index)));
    expect(new Set(tries.map(({ headers }) => headers['i-twilio-idempotency-token'])).size).toBe(1);

    isBroken = false;
    const before = receiver.received.length;
    await domain.until(() => receiver.received.length > before, 10_000);
    expect(receiver.received.at(-1)).toMatchObject({
      params: { Body: 'poison' },
      headers: { 'x-confab-late': 'true' },
    });

    const [delivery] = await domain.store.read.selectFrom('webhook_deliveries').selectAll().orderBy('id').execute();
    await domain.until(async () => {
      const row = await domain.store.read
        .selectFrom('webhook_deliveries')
        .select('state')
        .orderBy('id')
        .executeTakeFirst();
      return row?.state === 'delivered';
    });
    await domain.execute(redeliverWebhook, domain.account, { sid: delivery?.sid ?? '' });
    domain.wake();
    await domain.until(() => receiver.received.length === before + 2);
    const lanes = () => domain.store.read.selectFrom('webhook_lanes').selectAll().execute();
    await domain.until(async () => (await lanes()).length === 0);
    const attempts = await domain.store.read.selectFrom('webhook_attempts').selectAll().execute();
    expect(attempts.filter(({ delivery_id }) => delivery_id === delivery?.id).at(-1)).toMatchObject({
      outcome: 'answered',
      status: 200,
      answer: 'answer to poison',
    });
    expect(domain.errors).toEqual([]);
  });

  it(
    `are kept for a target that is down for an hour while ${EVENTS} events pass; others get theirs`,
    async () => {
      const domain = await hookedDomain(engine);
      const [down, up] = [await startReceiver(), await startReceiver()];
      let isDown = true;
      down.answer((response) => response.writeHead(isDown ? 502 : 200).end());
      await domain.hookService(down.url);
      const conversations = await Promise.all(Array.from({ length: 4 }, (_, n) => domain.conversation(`${n}`)));
      for (const conversation of conversations) {
        await domain.hookConversation(conversation, { url: up.url, filters: ['onMessageAdded'] });
      }
      for (let index = 0; index < EVENTS; index += 4) {
        await Promise.all(conversations.map((conversation, n) => domain.say(conversation, `${index + n}`)));
      }
      const begun = domain.clock.now();
      await domain.until(() => up.received.length === EVENTS);
      expect(domain.clock.now() - begun).toBeLessThan(120_000);

      await domain.pass(3_600_000, 60_000);
      // Left alone but for a try now and then.
      expect(down.received.length).toBeLessThan(200);

      isDown = false;
      const got = () => new Set(bodies(down.received.slice(failed)));
      const failed = down.received.length;
      await domain.until(() => got().size === EVENTS, 5_000);
      for (const { sid } of conversations) {
        const inTime = down.received
          .slice(failed)
          .filter(({ params, headers }) => params.ConversationSid === sid && headers['x-confab-late'] === undefined)
          .map(({ params }) => Number(params.Index));
        expect(inTime).toEqual(inTime.toSorted((a, b) => a - b));
      }
      expect(domain.errors).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('are tried once, with the limits of the hosted service', async () => {
    const domain = await hookedDomain(engine, { webhookTries: 1 });
    const receiver = await startReceiver();
    receiver.answer((response) => response.writeHead(500).end());
    await domain.hookService(receiver.url);
    const conversation = await domain.conversation('one');
    for (const body of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await domain.say(conversation, body);
    await domain.until(() => receiver.received.length === 7);
    expect(bodies(receiver.received)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });
});
