import { describe, expect, test } from 'vitest';
import type { Entry, SyncEvent } from '../support/raw-client.ts';
import { eventIds, range, startTestServer } from './support.ts';

const server = await startTestServer();
const small = await startTestServer({ limitOverrides: { subscriptionsPerConnection: 3 } });

const typesOf = (events: SyncEvent[]) => events.map(({ type }) => type);
const establish = (requests: unknown, correlation_id: unknown = 1, action: unknown = 'establish') => ({
  event_protocol_version: 4,
  action,
  correlation_id,
  requests,
});

describe('results', () => {
  test('each entry has one, under its correlation id, before or after the answer', async () => {
    const conversation = await server.conversation('alice');
    await conversation.send('one');
    const alice = await server.login('alice');
    const { sid, channel, messages, roster } = conversation;
    const established = await alice.subscribe([messages, 'list', 1], [roster, 'map', null], [channel, 'document', 1]);
    expect(established.map(({ type, fields }) => ({ type, fields }))).toEqual(
      [
        { object_sid: messages, object_type: 'list' },
        { object_sid: roster, object_type: 'map' },
        { object_sid: channel, object_type: 'document' },
      ].map((entry) => ({
        type: 'subscription_established',
        fields: { ...entry, replay_status: 'completed', last_event_id: 1 },
      })),
    );
    expect(new Set(established.map(({ packet }) => packet.header.message_type))).toEqual(
      new Set(['twilio.sync.event']),
    );

    const failing: Entry[] = [
      [messages, 'map', null],
      [messages, 'stream', null],
      [messages, 'live_query', null],
      [messages, 'constructor', null],
      [`ES${'0'.repeat(32)}`, 'list', null],
      [`${sid}.messages`, 'list', null],
      ['ES', 'list', null],
      ['', 'list', null],
      ['__proto__', 'list', null],
      [`ES${'\0'.repeat(32)}`, 'list', null],
    ];
    const failed = await alice.subscribe(...failing);
    for (const { type, fields } of failed) {
      expect({ type, fields }).toMatchObject({
        type: 'subscription_failed',
        fields: { error: { status: 404, code: 20404, message: 'Object not found' } },
      });
    }
    const canceled = await alice.cancel([messages, 'list'], [`ES${'1'.repeat(32)}`, 'list']);
    expect(canceled.map(({ type, fields }) => [type, fields])).toEqual([
      ['subscription_canceled', { object_sid: messages, object_type: 'list' }],
      ['subscription_canceled', { object_sid: `ES${'1'.repeat(32)}`, object_type: 'list' }],
    ]);
  });

  test.each<[string, unknown]>([
    ['no correlation id', establish([], null)],
    ['a correlation id as text', establish([], '1')],
    ['an unknown action', establish([], 1, 'nonsense')],
    ['no action', establish([], 1, null)],
    ['no requests', establish(undefined)],
    ['requests that are no array', establish({})],
    ['an entry that is null', establish([null])],
    ['an entry without a SID', establish([{ object_type: 'list' }])],
    ['an entry whose SID is a number', establish([{ object_sid: 1, object_type: 'list' }])],
    ['an entry whose SID is long', establish([{ object_sid: 'E'.repeat(65), object_type: 'list' }])],
    ['an event id as text', establish([{ object_sid: 'ES', object_type: 'list', last_event_id: '1' }])],
    ['an event id with a fraction', establish([{ object_sid: 'ES', object_type: 'list', last_event_id: 0.5 }])],
    ['more entries than a batch holds', establish(Array(1001).fill({ object_sid: 'ES', object_type: 'list' }))],
  ])('%s is a 400, and nothing is subscribed', async (_name, body) => {
    const alice = await server.login('alice');
    expect((await alice.request('POST', '/v4/Subscriptions', body)).status).toBe(400);
    await alice.exchange({ method: 'ping' });
    expect(alice.events).toEqual([]);
  });

  test('a number that JSON cannot write back is a 400', async () => {
    const alice = await server.login('alice');
    const http_request = { host: 'cds', path: '/v4/Subscriptions', method: 'POST', params: {}, headers: {} };
    const packet = { method: 'message', active_grant: 'ip_messaging', http_request };
    const { header } = await alice.exchange(packet, '{"action":"establish","correlation_id":1e999,"requests":[]}');
    expect(header).toMatchObject({ http_status: { code: 400 } });
  });

  test('a full batch is taken', async () => {
    const alice = await server.login('alice');
    const results = await alice.subscribe(
      ...range(1, 1000).map((n): Entry => [`ES${String(n).padStart(32, '0')}`, 'list', 0]),
    );
    expect(new Set(typesOf(results))).toEqual(new Set(['subscription_failed']));
  });

  test('more subscriptions than the limit fail, until others are cancelled', async () => {
    const [one, two] = [await small.conversation('alice'), await small.conversation('alice')];
    const alice = await small.login('alice');
    const results = await alice.subscribe(
      [one.channel, 'document'],
      [one.messages, 'list'],
      [one.roster, 'map'],
      [two.channel, 'document'],
    );
    expect(Object.fromEntries(results.map(({ type, fields }) => [fields.object_sid, type]))).toEqual({
      [one.channel]: 'subscription_established',
      [one.messages]: 'subscription_established',
      [one.roster]: 'subscription_established',
      [two.channel]: 'subscription_failed',
    });
    expect(results.find(({ type }) => type === 'subscription_failed')?.fields.error).toMatchObject({ status: 429 });
    // What is there already may be established again.
    expect(typesOf(await alice.subscribe([one.roster, 'map']))).toEqual(['subscription_established']);
    await alice.cancel([one.roster, 'map']);
    expect(typesOf(await alice.subscribe([two.channel, 'document']))).toEqual(['subscription_established']);
  });
});

describe('events', () => {
  test('no replay without an event id, and none after the cancellation', async () => {
    const conversation = await server.conversation('alice');
    await conversation.send('one');
    const alice = await server.login('alice');
    expect(await alice.subscribe([conversation.messages, 'list', null])).toMatchObject([
      { fields: { last_event_id: 1 } },
    ]);
    await conversation.send('two');
    await alice.until(() => eventIds(alice, conversation.messages).length > 0);
    await alice.cancel([conversation.messages, 'list']);
    await conversation.send('three');
    await alice.exchange({ method: 'ping' });
    expect(eventIds(alice, conversation.messages)).toEqual([2]);
  });

  test('establishing again replaces: each event comes once, and the replay again', async () => {
    const conversation = await server.conversation('alice');
    await conversation.send('one');
    const alice = await server.login('alice');
    for (const last of [null, 0, 0]) await alice.subscribe([conversation.messages, 'list', last]);
    await conversation.send('two');
    await alice.exchange({ method: 'ping' });
    expect(eventIds(alice, conversation.messages)).toEqual([1, 1, 2]);
  });

  test('only what was registered is sent', async () => {
    const conversation = await server.conversation('alice');
    const deaf = await server.login('alice', { messageTypes: ['twilio.ipmsg.typing_indicator'] });
    const body = establish([{ object_sid: conversation.messages, object_type: 'list', last_event_id: null }]);
    expect((await deaf.request('POST', '/v4/Subscriptions', body)).status).toBe(200);
    await conversation.send('one');
    await deaf.exchange({ method: 'ping' });
    expect(deaf.events).toEqual([]);
    const context = { method: 'put_notification_ctx', notification_ctx_id: 'sync' };
    await deaf.exchange(context, JSON.stringify({ message_types: ['twilio.sync.event'] }));
    await conversation.send('two');
    await deaf.exchange({ method: 'ping' });
    expect(eventIds(deaf, conversation.messages)).toEqual([2]);
    await deaf.exchange({ method: 'delete_notification_ctx', notification_ctx_id: 'sync' });
    await conversation.send('three');
    await deaf.exchange({ method: 'ping' });
    expect(eventIds(deaf, conversation.messages)).toEqual([2]);
  });
});
