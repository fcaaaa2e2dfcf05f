import type { ServerResponse } from 'node:http';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { CLIENT, startTestServer } from '../realtime/support.ts';
import { fieldsOf, textAt } from '../support/raw-frames.ts';
import { type ReceivedHook, type Receiver, startReceiver } from './support/receiver.ts';

const EVENTS = [
  'onConversationAdd',
  'onConversationUpdate',
  'onConversationRemove',
  'onMessageAdd',
  'onMessageUpdate',
  'onMessageRemove',
  'onParticipantAdd',
  'onParticipantUpdate',
  'onParticipantRemove',
  'onUserUpdate',
] as const;

const server = await startTestServer({
  limitOverrides: { webhookTimeoutMs: 20_000, webhookAnswerBytes: 1000, preActionCommandsWaiting: 20 },
});

interface Result {
  status: number;
  body: unknown;
}

/** A REST call; one that asks for webhooks, unless told otherwise. */
async function rest(method: string, path: string, form?: Record<string, string> | string[][], headers = ASKING) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: server.authorization, ...headers },
    ...(form !== undefined && { body: new URLSearchParams(form) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
    headers: response.headers,
  };
}
const ASKING: Record<string, string> = { 'X-Twilio-Webhook-Enabled': 'true' };
const SILENT: Record<string, string> = {};

const SERVICE = `/v1/Services/${server.chatServiceSid}/Configuration/Webhooks`;

/** A program of the operator's that is asked before these events of the service. */
async function asked(events: readonly string[] = EVENTS, fragment = ''): Promise<Receiver> {
  const receiver = await startReceiver();
  const filters = events.map((event) => ['Filters', event]);
  const { status } = await rest('POST', SERVICE, [['PreWebhookUrl', `${receiver.url}/before${fragment}`], ...filters]);
  expect(status).toBe(200);
  return receiver;
}

let made = 0;

/** Somebody with a conversation of their own, in which somebody else is, too, and a message. */
async function inConversation() {
  made += 1;
  const bob = `bob ${made}`;
  const identity = `alice ${made}`;
  const client = await server.login(identity);
  const created = await client.request('POST', `${CLIENT}/Conversations`, { friendly_name: 'before' });
  const sid = textAt(created.body, 'sid');
  const joined = await client.request('POST', `${CLIENT}/Conversations/${sid}/Participants`, { identity });
  const sent = await client.request('POST', `${CLIENT}/Conversations/${sid}/Messages`, { body: 'before' });
  await rest('POST', `/v1/Conversations/${sid}/Participants`, { Identity: bob }, SILENT);
  return {
    client,
    identity,
    bob,
    sid,
    participant: textAt(joined.body, 'sid'),
    message: textAt(sent.body, 'sid'),
  };
}

type Made = Awaited<ReturnType<typeof inConversation>>;
type Action = (event: (typeof EVENTS)[number], made: Made) => Promise<Result>;

const bySdk: Action = (event, { client, identity, bob, sid, participant, message }) => {
  const at = `${CLIENT}/Conversations/${sid}`;
  const attributes = '{"a":"asked"}';
  switch (event) {
    case 'onConversationAdd':
      return client.request('POST', `${CLIENT}/Conversations`, { friendly_name: 'asked' });
    case 'onConversationUpdate':
      return client.request('POST', at, { friendly_name: 'asked' });
    case 'onConversationRemove':
      return client.request('DELETE', at);
    case 'onMessageAdd':
      return client.request('POST', `${at}/Messages`, { body: 'asked', attributes });
    case 'onMessageUpdate':
      return client.request('POST', `${at}/Messages/${message}`, { body: 'asked' });
    case 'onMessageRemove':
      return client.request('DELETE', `${at}/Messages/${message}`);
    case 'onParticipantAdd':
      return client.request('POST', `${at}/Participants`, { identity: `cleo ${sid}` });
    case 'onParticipantUpdate':
      return client.request('POST', `${at}/Participants/${participant}`, { attributes });
    case 'onParticipantRemove':
      return client.request('DELETE', `${at}/Participants/${encodeURIComponent(bob)}`);
    case 'onUserUpdate':
      return client.request('POST', `${CLIENT}/Users/${encodeURIComponent(identity)}`, { friendly_name: 'asked' });
  }
};

const byRest =
  (headers: Record<string, string>): Action =>
  (event, { identity, bob, sid, participant, message }) => {
    const at = `/v1/Conversations/${sid}`;
    switch (event) {
      case 'onConversationAdd':
        return rest('POST', '/v1/Conversations', { FriendlyName: 'asked' }, headers);
      case 'onConversationUpdate':
        return rest('POST', at, { FriendlyName: 'asked' }, headers);
      case 'onConversationRemove':
        return rest('DELETE', at, undefined, headers);
      case 'onMessageAdd':
        return rest('POST', `${at}/Messages`, { Body: 'asked', Author: identity }, headers);
      case 'onMessageUpdate':
        return rest('POST', `${at}/Messages/${message}`, { Body: 'asked' }, headers);
      case 'onMessageRemove':
        return rest('DELETE', `${at}/Messages/${message}`, undefined, headers);
      case 'onParticipantAdd':
        return rest('POST', `${at}/Participants`, { Identity: `cleo ${sid}` }, headers);
      case 'onParticipantUpdate':
        return rest('POST', `${at}/Participants/${participant}`, { Attributes: '{"a":"asked"}' }, headers);
      case 'onParticipantRemove':
        return rest('DELETE', `${at}/Participants/${encodeURIComponent(bob)}`, undefined, headers);
      case 'onUserUpdate':
        return rest('POST', `/v1/Users/${encodeURIComponent(identity)}`, { FriendlyName: 'asked' }, headers);
    }
  };

const ORIGINS = [
  ['an SDK', bySdk],
  ['REST with the header', byRest(ASKING)],
] as const;

const logged = () => server.sql('SELECT count(*) AS count FROM event_log')[0]?.count;

/** Does each action from each origin, all at the same time, each somewhere else. */
async function doAll(answer: (response: ServerResponse, hook: ReceivedHook) => void, fragment?: string) {
  const cases = await Promise.all(
    ORIGINS.flatMap(([origin, act]) =>
      EVENTS.map(async (event) => ({ origin, act, event, made: await inConversation() })),
    ),
  );
  const receiver = await asked(EVENTS, fragment);
  receiver.answer(answer);
  const before = logged();
  const results = await Promise.all(
    cases.map(async ({ origin, act, event, made }) => {
      const { status, body } = await act(event, made);
      return { origin, event, status, body: fieldsOf(body ?? {}), made };
    }),
  );
  return { results, received: receiver.received, nothingChanged: logged() === before };
}

const accepted = expect.toSatisfy((status: number) => status < 300, 'a good answer');

describe('before each kind of change, from an SDK and from REST with the header, a webhook', {
  timeout: 60_000,
}, () => {
  it.each<[string, (response: ServerResponse) => void, string?]>([
    ['that answers with nothing', (response) => response.end()],
    ['that answers with no JSON', (response) => response.end('<Response/>')],
    ['that redirects', (response) => response.writeHead(302, { location: 'http://127.0.0.1/' }).end()],
    ['that does not answer in time', () => {}, '#tt=300'],
    [
      'whose answer trickles in',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(drip));
      },
      '#tt=300',
    ],
    ['whose answer is too large', (response) => response.end(JSON.stringify({ body: 'x'.repeat(2000) }))],
    ['that breaks the connection', (response) => response.destroy()],
  ])('%s lets it go ahead as it was asked for', async (_title, answer, fragment) => {
    const { results, received } = await doAll(answer, fragment);
    for (const { event, status, body } of results) {
      expect({ event, status }).toEqual({ event, status: accepted });
      if (event === 'onMessageAdd' || event === 'onMessageUpdate') expect(body.body ?? body.text).toBe('asked');
      if (event.startsWith('onConversation') && status !== 204) expect(body.friendly_name).toBe('asked');
    }
    // In so little time not all of them need have come.
    if (fragment !== undefined) return;
    expect(received.map(({ params }) => params.EventType).sort()).toEqual([...EVENTS, ...EVENTS].sort());
  });

  it.each([404, 500])('that answers %i refuses it, and nothing is changed', async (code) => {
    const { results, nothingChanged } = await doAll((response) => response.writeHead(code).end('{"body":"altered"}'));
    for (const { event, status, body } of results) {
      expect({ event, status, code: body.code }).toEqual({ event, status: 403, code: 50399 });
    }
    expect(nothingChanged).toBe(true);
  });

  it('changes what it may change, and nothing else', async () => {
    const altered = { friendly_name: 'altered', body: 'altered', author: 'carol', attributes: '{"a":"altered"}' };
    const { results } = await doAll((response) => response.end(JSON.stringify(altered)));
    for (const { origin, event, status, body, made } of results) {
      expect({ event, status }).toEqual({ event, status: accepted });
      const silent = async (path: string) => fieldsOf((await rest('GET', path)).body ?? {});
      if (event === 'onConversationAdd' || event === 'onConversationUpdate') {
        expect(await silent(`/v1/Conversations/${body.sid}`)).toMatchObject({
          friendly_name: 'altered',
          attributes: '{}',
        });
      }
      if (event === 'onMessageAdd' || event === 'onMessageUpdate') {
        const { body: text, author, attributes } = altered;
        const shown = await silent(`/v1/Conversations/${made.sid}/Messages/${body.sid}`);
        expect(shown, origin).toMatchObject({ body: text, author, attributes, participant_sid: null });
      }
      if (event === 'onParticipantUpdate') {
        const shown = await silent(`/v1/Conversations/${made.sid}/Participants/${made.participant}`);
        expect(shown.attributes).toBe('{"a":"asked"}');
      }
      if (event === 'onUserUpdate') {
        expect((await silent(`/v1/Users/${encodeURIComponent(made.identity)}`)).friendly_name).toBe('asked');
      }
    }
  });
});

describe('a pre-action webhook', () => {
  it('is not asked about REST calls without the header, and about nothing that its filters do not name', async () => {
    const made = await inConversation();
    const receiver = await asked(['onMessageAdd']);
    for (const event of EVENTS.filter((one) => one !== 'onConversationRemove')) {
      const { status } = await byRest(SILENT)(event, made);
      expect({ event, status }).toEqual({ event, status: accepted });
    }
    expect((await byRest(ASKING)('onConversationUpdate', made)).status).toBe(200);
    expect(receiver.received).toEqual([]);
  });

  it('is sent what is asked for, signed, with the documented parameters', async () => {
    const made = await inConversation();
    const receiver = await asked();
    await bySdk('onMessageAdd', made);
    await byRest(ASKING)('onMessageUpdate', made);
    const [add, update] = receiver.received;
    expect(add?.params).toEqual({
      EventType: 'onMessageAdd',
      Attributes: '{"a":"asked"}',
      AccountSid: server.accountSid,
      Source: 'SDK',
      ClientIdentity: made.identity,
      RetryCount: '0',
      Author: made.identity,
      ParticipantSid: made.participant,
      Body: 'asked',
      ConversationSid: made.sid,
      ChatServiceSid: server.chatServiceSid,
    });
    expect(update?.params).toMatchObject({ MessageSid: made.message, Index: '0', Body: 'asked', Source: 'API' });
    expect(update?.params.DateCreated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(update?.params).not.toHaveProperty('ClientIdentity');
    const signature = String(add?.headers['x-twilio-signature']);
    expect(twilio.validateRequest(server.authToken, signature, `${receiver.url}/before`, add?.params ?? {})).toBe(true);
  });

  it('is in the log of deliveries with what it answered, and is not sent again', async () => {
    const made = await inConversation();
    const receiver = await asked(['onMessageAdd']);
    receiver.answer((response) => response.writeHead(418).end('no'));
    await bySdk('onMessageAdd', made);
    // What came before was still asked of the target of an earlier test, which is gone.
    const rows = () =>
      server.sql(
        `SELECT d.sid, d.state, d.event, a.status, a.answer FROM webhook_deliveries d
         JOIN webhook_attempts a ON a.delivery_id = d.id WHERE d.conversation_sid = ? AND a.status IS NOT NULL`,
        made.sid,
      );
    await expect.poll(rows).toMatchObject([{ state: 'delivered', event: 'onMessageAdd', status: 418, answer: 'no' }]);
    const again = await rest('POST', `/confab/v1/WebhookDeliveries/${rows()[0]?.sid}/Redeliver`);
    expect([again.status, receiver.received.length]).toEqual([409, 1]);
  });

  it('has what it changes checked like what was asked for', async () => {
    const made = await inConversation();
    const receiver = await asked();
    const answers = ['{"attributes":"no JSON"}', '{"body":""}', '{"attributes":{}}'];
    receiver.answer((response) => response.end(answers.shift()));
    expect(await bySdk('onMessageAdd', made)).toMatchObject({ status: 400, body: { code: 50304 } });
    expect(await byRest(ASKING)('onMessageUpdate', made)).toMatchObject({ status: 400, body: { code: 50503 } });
    expect(await bySdk('onMessageAdd', made)).toMatchObject({ status: 400, body: { code: 20001 } });
  });

  it('is not asked about what the rules refuse, and the rules are asked again after it', async () => {
    const made = await inConversation();
    const other = await inConversation();
    const receiver = await asked();
    expect(await bySdk('onMessageAdd', { ...made, client: other.client })).toMatchObject({ status: 403 });
    expect(receiver.received).toEqual([]);

    receiver.answer(async (response) => {
      await rest(
        'DELETE',
        `/v1/Conversations/${made.sid}/Participants/${encodeURIComponent(made.identity)}`,
        undefined,
        SILENT,
      );
      response.end();
    });
    expect(await bySdk('onMessageAdd', made)).toMatchObject({ status: 403, body: { code: 50430 } });
    expect(receiver.received).toHaveLength(1);
  });

  it('keeps the order of one connection in one conversation, and keeps nobody else waiting', async () => {
    const made = await inConversation();
    const elsewhere = await inConversation();
    const receiver = await asked(['onMessageAdd']);
    const held: (() => void)[] = [];
    receiver.answer((response, { params }) => {
      if (params.Body === 'first') held.push(() => response.end());
      else response.end();
    });
    const send = ({ client }: typeof made, sid: string, body: string) =>
      client.request('POST', `${CLIENT}/Conversations/${sid}/Messages`, { body });
    const first = send(made, made.sid, 'first');
    const second = send(made, made.sid, 'second');
    await receiver.has(1);
    expect(await send(elsewhere, elsewhere.sid, 'third')).toMatchObject({ status: 201 });
    expect(receiver.received.map(({ params }) => params.Body)).toEqual(['first', 'third']);
    for (const go of held) go();
    expect([fieldsOf((await first).body).index, fieldsOf((await second).body).index]).toEqual([1, 2]);
  });

  it('keeps so many of a service waiting and no more', async () => {
    const made = await inConversation();
    const receiver = await asked(['onMessageAdd']);
    const held: ServerResponse[] = [];
    receiver.answer((response) => held.push(response));
    const sends = Array.from({ length: 20 }, () => byRest(ASKING)('onMessageAdd', made));
    await receiver.has(20);
    const refused = await rest('POST', `/v1/Conversations/${made.sid}/Messages`, { Body: 'one more' });
    expect(refused).toMatchObject({ status: 429, body: { code: 20429 } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await rest('POST', `/v1/Conversations/${made.sid}/Messages`, { Body: 'aside' }, SILENT)).status).toBe(201);
    for (const response of held) response.end();
    for (const { status } of await Promise.all(sends)) expect(status).toBe(201);
  });

  it('is asked once for a request and its retries, which change one thing between them', async () => {
    const made = await inConversation();
    const receiver = await asked(['onMessageAdd']);
    const headers = { ...ASKING, 'Idempotency-Key': `key ${made.sid}` };
    const send = () => rest('POST', `/v1/Conversations/${made.sid}/Messages`, { Body: 'once' }, headers);
    const results = await Promise.all([send(), send(), send()]);
    expect(new Set(results.map(({ body }) => textAt(body, 'sid'))).size).toBe(1);
    expect(receiver.received).toHaveLength(1);
    // What was refused may be asked again: the same question.
    receiver.answer((response) => response.writeHead(500).end());
    const other = { ...ASKING, 'Idempotency-Key': `other ${made.sid}` };
    for (const _ of [1, 2]) {
      expect(await rest('POST', `/v1/Conversations/${made.sid}/Messages`, { Body: 'twice' }, other)).toMatchObject({
        status: 403,
      });
    }
    const tokens = receiver.received.map(({ headers: sent }) => sent['i-twilio-idempotency-token']);
    expect(new Set(tokens).size).toBe(2);
    expect(tokens[1]).toBe(tokens[2]);
  });

  it('of the account counts until the service has one', async () => {
    const made = await inConversation();
    const ofService = await asked(['onMessageAdd']);
    const ofAccount = await startReceiver();
    const form = { PreWebhookUrl: ofAccount.url, Filters: 'onMessageAdd' };
    expect((await rest('POST', '/v1/Configuration/Webhooks', form)).status).toBe(200);
    await bySdk('onMessageAdd', made);
    await rest('POST', SERVICE, { PreWebhookUrl: '' });
    await bySdk('onMessageAdd', made);
    await rest('POST', '/v1/Configuration/Webhooks', { PreWebhookUrl: '' });
    await bySdk('onMessageAdd', made);
    expect([ofService.received.length, ofAccount.received.length]).toEqual([1, 1]);
  });
});
