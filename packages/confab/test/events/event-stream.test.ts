import { EventSourceParserStream } from 'eventsource-parser/stream';
import { expect, onTestFinished, test } from 'vitest';
import { startTestServer } from '../realtime/support.ts';
import { textAt } from '../support/raw-frames.ts';

const server = await startTestServer();

interface Received {
  id: string | undefined;
  event: string | undefined;
  data: Record<string, unknown>;
}

interface Options {
  query?: string;
  headers?: Record<string, string>;
}

/** Follows the stream. `until` resolves with all that came once the condition holds; `ended` when the server has ended it. */
async function follow({ query = '', headers }: Options = {}) {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const response = await fetch(`${server.url}/confab/v1/Events${query}`, {
    headers: { authorization: server.authorization, ...headers },
    signal: abort.signal,
  });
  const received: Received[] = [];
  let look = (): void => {};
  const ended = (async () => {
    if (response.status !== 200 || response.body === null) return;
    const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    for await (const { id, event, data } of events) {
      received.push({ id, event, data: JSON.parse(data) });
      look();
    }
  })().catch(() => {});
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    received,
    ended,
    until: (condition: (all: readonly Received[]) => boolean) =>
      new Promise<readonly Received[]>((resolve) => {
        look = () => {
          if (condition(received)) resolve(received);
        };
        look();
      }),
    stop: () => abort.abort(),
  };
}

const bodies = (all: readonly Received[]) =>
  all.filter(({ event }) => event === 'message.added').map(({ data }) => Object(data.data).body);

test('events come as they happen, and from the last one that was seen after a break, each once and in order', async () => {
  const conversation = await server.conversation('ann');
  const first = await follow();
  expect(first).toMatchObject({ status: 200, type: 'text/event-stream; charset=utf-8' });
  for (const body of ['one', 'two']) await conversation.send(body);
  const seen = await first.until((all) => bodies(all).includes('two'));
  expect(bodies(seen)).toEqual(['one', 'two']);
  const [event] = seen;
  expect(event?.data).toEqual({
    id: event?.id,
    type: 'message.added',
    account_sid: server.accountSid,
    service_sid: server.chatServiceSid,
    subject_sid: expect.stringMatching(/^IM/),
    actor: 'system',
    source: 'API',
    date_created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    data: expect.objectContaining({ conversation_sid: conversation.sid, index: 0, body: 'one' }),
  });
  first.stop();
  await first.ended;

  for (const body of ['three', 'four']) await conversation.send(body);
  const last = seen.at(-1)?.id ?? '';
  const second = await follow({ headers: { 'last-event-id': last } });
  await conversation.send('five');
  expect(bodies(await second.until((all) => bodies(all).includes('five')))).toEqual(['three', 'four', 'five']);
});

test('the whole log is replayed from its beginning, filtered by service and type', async () => {
  const made = await server.rest('POST', '/v1/Services', { FriendlyName: 'other' });
  const other = textAt(made.body, 'sid');
  await server.rest('POST', `/v1/Services/${other}/Conversations`, { FriendlyName: 'there' });
  await server.rest('POST', '/v1/Conversations', { FriendlyName: 'here' });
  const all = await follow({
    query: `?After=beginning&ServiceSid=${other}&Type=conversation.added&Type=service.added`,
  });
  const seen = await all.until((events) => events.length === 2);
  expect(seen.map(({ event, data }) => [event, data.service_sid])).toEqual([
    ['service.added', other],
    ['conversation.added', other],
  ]);
});

test('a stream ends at once when its key is revoked, and none begins without the permission', async () => {
  const key = async (policy?: string) => {
    const form = {
      AccountSid: server.accountSid,
      KeyType: policy === undefined ? 'standard' : 'restricted',
      ...(policy && { Policy: policy }),
    };
    const { body } = await server.rest('POST', '/v1/Keys', form);
    const [sid, secret] = [textAt(body, 'sid'), textAt(body, 'secret')];
    return { sid, headers: { authorization: `Basic ${Buffer.from(`${sid}:${secret}`).toString('base64')}` } };
  };
  const may = await key('{"allow":["/confab/events/list"]}');
  const mayNot = await key('{"allow":["/confab/conversations/list"]}');
  expect((await follow(mayNot)).status).toBe(401);
  const stream = await follow(may);
  expect(stream.status).toBe(200);
  expect((await server.rest('DELETE', `/v1/Keys/${may.sid}`)).status).toBe(204);
  await stream.ended;
  expect((await follow(may)).status).toBe(401);
});

test('what is older than the log is told as a gap, and a cursor that is none is refused', async () => {
  const stream = await follow({ query: '?After=nonsense' });
  expect(stream.status).toBe(400);
  const [floor] = server.sql(`SELECT max(id) AS id FROM event_log`);
  server.sql(`INSERT INTO meta (key, value) VALUES ('event_log_floor', ?) RETURNING key`, `0.${floor?.id}`);
  const late = await follow({ query: '?After=0.1' });
  const conversation = await server.conversation();
  await conversation.send('after the gap');
  const seen = await late.until((all) => bodies(all).length === 1);
  expect(seen[0]).toEqual({ id: `0.${floor?.id}`, event: 'gap', data: { oldest: `0.${floor?.id}` } });
});
