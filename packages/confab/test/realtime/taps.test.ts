import { EventSourceParserStream } from 'eventsource-parser/stream';
import { expect, test } from 'vitest';
import type { TapEvent } from '../../src/index.ts';
import { fieldsOf, textAt } from '../support/raw-frames.ts';
import { CLIENT, range, startTestServer } from './support.ts';

const server = await startTestServer({ limitOverrides: { busCheckMs: 50, tapBufferBytes: 4096, tapsPerNode: 3 } });

/** Opens a tap over REST; what comes is in `events` as it comes. */
async function openTap(query: Record<string, string>, authorization = server.authorization) {
  const abort = new AbortController();
  const response = await fetch(`${server.url}/confab/v1/Taps?${new URLSearchParams(query)}`, {
    headers: { authorization },
    signal: abort.signal,
  });
  const events: { type: string; data: Record<string, unknown> }[] = [];
  const read = async () => {
    const stream = response.body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    for await (const { event, data } of stream ?? []) {
      events.push({ type: event ?? '', data: fieldsOf(JSON.parse(data)) });
    }
  };
  const ended = response.status === 200 ? read() : Promise.resolve();
  ended.catch(() => {});
  const until = (type: string, particulars: Record<string, unknown> = {}) =>
    expect.poll(() => events).toContainEqual({ type, data: expect.objectContaining(particulars) });
  return { status: response.status, events, ended, until, close: () => abort.abort() };
}

test('more taps than there may be are refused, and each that closes makes room', async () => {
  const taps = range(1, 3).map(() => server.connections.tap());
  expect((await openTap({ Identity: 'nobody' })).status).toBe(429);
  taps[0]?.close();
  expect((await openTap({})).status).toBe(400);
  expect((await openTap({ ConnectionId: 'RQ0' })).status).toBe(404);
  const tap = await openTap({ Identity: 'nobody' });
  expect(tap.status).toBe(200);
  tap.close();
  for (const one of taps) one.close();
});

test('a tap tells what all clients of an identity say and hear, also later ones, and no token of theirs', async () => {
  const conversation = await server.conversation('tapped', 'other');
  const client = await server.login('tapped');
  const tap = await openTap({ Identity: 'tapped' });
  await tap.until('open', { connections: 1, node: expect.any(String) });
  const token = await server.token('tapped');
  await client.exchange({ method: 'update', token });
  await client.subscribe([conversation.messages, 'list', 0]);
  await client.request('GET', `${CLIENT}/Conversations/${conversation.sid}`);
  await conversation.send('Hello');
  await tap.until('packet', { direction: 'sent', method: 'notification', message_type: 'twilio.sync.event' });
  const path = `${CLIENT}/Conversations/${conversation.sid}`;
  await tap.until('packet', { direction: 'received', request: expect.objectContaining({ method: 'GET', path }) });
  await tap.until('packet', { direction: 'sent', method: 'reply', http_status: 200 });
  await tap.until('packet', { direction: 'received', method: 'update' });

  const later = await server.login('tapped');
  await (await server.login('other')).exchange({ method: 'ping' });
  await later.exchange({ method: 'ping' });
  await later.close();
  await tap.until('disconnected');
  const told = JSON.stringify(tap.events);
  expect(told).toContain('Hello');
  expect(told).toContain('"sdk":"JS/3.0.1"');
  expect(told).not.toContain(token);
  expect(told).not.toContain('"identity":"other"');
  tap.close();
});

test('a tap of one connection ends with it', async () => {
  const client = await server.login('single');
  const [connection] = server.connections.list({ identity: 'single' });
  const tap = await openTap({ ConnectionId: connection?.connectionId ?? '' });
  await tap.until('open');
  await client.close();
  await tap.ended;
  expect(tap.events.at(-2)).toMatchObject({ type: 'disconnected', data: { identity: 'single' } });
  expect(tap.events.at(-1)?.type).toBe('end');
});

test('a tap ends when the key that opened it is revoked, and only Main credentials open one', async () => {
  const key = async (KeyType: string) => {
    const { body } = await server.rest('POST', '/v1/Keys', {
      AccountSid: server.accountSid,
      KeyType,
      ...(KeyType === 'restricted' && { Policy: '{"allow":["/confab/taps/open"]}' }),
    });
    const sid = textAt(body, 'sid');
    return { sid, basic: `Basic ${btoa(`${sid}:${textAt(body, 'secret')}`)}` };
  };
  const main = await key('main');
  const tap = await openTap({ Identity: 'nobody' }, main.basic);
  await tap.until('open');
  expect(await server.rest('DELETE', `/v1/Keys/${main.sid}`)).toMatchObject({ status: 204 });
  await tap.ended;
  expect(tap.events.map(({ type }) => type)).toEqual(['open', 'end']);
  for (const kind of ['standard', 'restricted']) {
    expect((await openTap({ Identity: 'nobody' }, (await key(kind)).basic)).status).toBe(401);
  }
  const { body } = await server.rest('GET', '/confab/v1/AuditLog?Action=tap.opened&PageSize=1');
  expect(body).toMatchObject({ audit_entries: [{ actor: main.sid, after: { identity: 'nobody' } }] });
});

test('a tap that is not read keeps no more than its bound, says how much is missing, and goes on', async () => {
  const conversation = await server.conversation('busy');
  const client = await server.login('busy');
  const tap = server.connections.tap({ identity: 'busy' });
  for (const n of range(1, 40)) await client.exchange({ method: 'ping', id: `ping ${n}` });
  await conversation.send('unheard');
  const seen: TapEvent[] = [];
  for await (const event of tap) {
    seen.push(event);
    if (event.type === 'dropped') break;
  }
  const dropped = seen.at(-1);
  expect(dropped).toMatchObject({ type: 'dropped', count: expect.any(Number) });
  // Each ping was received and answered.
  expect(seen.length - 1 + (dropped?.type === 'dropped' ? dropped.count : 0)).toBe(80);
  expect(seen.length).toBeLessThan(40);
  const again = server.connections.tap({ identity: 'busy' });
  await client.exchange({ method: 'ping', id: 'one more' });
  again.close();
});
