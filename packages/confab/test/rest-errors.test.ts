import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WrapConnection } from '../src/store/index.ts';
import { onEveryEngine, type RestServer, startRestServer } from './support/rest-server.ts';

function envelope(status: number, code: number, message: unknown = expect.any(String)) {
  return { status, json: { code, status, message, more_info: `https://www.twilio.com/docs/errors/${code}` } };
}

onEveryEngine((start) => {
  let server: RestServer;
  let conversation: string;
  beforeAll(async () => {
    server = await start();
    const { sid } = await server.client.conversations.v1.conversations.create({ uniqueName: 'first' });
    conversation = `/v1/Conversations/${sid}`;
    return () => server.stop();
  });

  describe('errors', () => {
    it('reach the official helper with code, status and where to read more', async () => {
      const again = server.client.conversations.v1.conversations.create({ uniqueName: 'first' });
      await expect(again).rejects.toMatchObject({
        status: 409,
        code: 50353,
        message: 'Conversation with provided unique name already exists',
        moreInfo: 'https://www.twilio.com/docs/errors/50353',
      });
    });

    it('say what is not there, by its path', async () => {
      for (const path of [
        '/v1/Conversations/CH00000000000000000000000000000000',
        '/v1/Conversations/nobody',
        `${'/v1/Conversations/nobody'}/Messages`,
        '/v1/Services/IS00000000000000000000000000000000',
        '/v1/Services/IS00000000000000000000000000000000/Conversations',
        '/v1/Services/nonsense',
        '/v1/NoSuchThing',
        '/',
        '/robots.txt',
      ]) {
        expect(await server.sendAs(path)).toMatchObject(
          envelope(404, 20404, `The requested resource ${path} was not found`),
        );
      }
    });

    it('keep the query out of the message', async () => {
      const answer = await server.sendAs('/v1/NoSuchThing?secret=1');
      expect(answer.text).not.toContain('secret');
    });

    it('name the methods of a known path', async () => {
      const answer = await server.sendAs(`${conversation}/Messages`, { method: 'PUT' });
      expect(answer).toMatchObject(envelope(405, 20004));
      expect(answer.headers.allow).toBe('GET, HEAD, POST');
      expect(await server.send('/health', { method: 'DELETE' })).toMatchObject(envelope(405, 20004));
    });

    it('say which parameter is missing, wrong or not supported', async () => {
      const post = (path: string, form: Record<string, string | string[]>) => server.sendAs(path, { form });
      const refused = (parameter: string) => ({ status: 400, json: { code: 20001, details: { parameter } } });
      expect(await post('/v1/Services', {})).toMatchObject(refused('FriendlyName'));
      expect(await post('/v1/Conversations', { FriendlyName: ['a', 'b'] })).toMatchObject(refused('FriendlyName'));
      const fallback = 'MessagingBinding.ProxyAddressFallback';
      expect(await post(`${conversation}/Participants`, { [fallback]: '+1555' })).toMatchObject(refused(fallback));
      const messages = `${conversation}/Messages`;
      expect(await post(messages, { Body: 'x', DateCreated: 'yesterday' })).toMatchObject(refused('DateCreated'));
      expect(await server.sendAs(`/v1/Conversations?State=asleep`)).toMatchObject(refused('State'));
      expect(await server.sendAs(messages)).toMatchObject({ status: 200, json: { messages: [] } });
    });

    it('ignore parameters that nobody knows', async () => {
      const form = { Body: 'Known', Unknown: 'x', __proto__x: 'y', constructor: 'z', toString: 'a' };
      expect(await server.sendAs(`${conversation}/Messages`, { form })).toMatchObject({ status: 201 });
      const poisoned = '__proto__=polluted&Body=x';
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      expect(await server.sendAs(`${conversation}/Messages`, { body: poisoned, headers })).toMatchObject({
        status: 201,
      });
      expect(Object.prototype).not.toHaveProperty('polluted');
    });

    it('come from the rules of the domain', async () => {
      const messages = `${conversation}/Messages`;
      expect(await server.sendAs(messages, { form: {} })).toMatchObject(envelope(400, 50503));
      expect(await server.sendAs(messages, { method: 'POST' })).toMatchObject(envelope(400, 50503));
      expect(await server.sendAs(messages, { form: { Body: 'é'.repeat(16 * 1024 + 1) } })).toMatchObject(
        envelope(400, 50504),
      );
      expect(await server.sendAs(messages, { form: { Body: 'x', Attributes: '{' } })).toMatchObject(
        envelope(400, 50304),
      );
      const participants = `${conversation}/Participants`;
      expect(await server.sendAs(participants, { form: {} })).toMatchObject(
        envelope(400, 20001, 'Identity not provided'),
      );
      await server.sendAs(participants, { form: { Identity: 'twice' } });
      expect(await server.sendAs(participants, { form: { Identity: 'twice' } })).toMatchObject(envelope(409, 50433));
    });

    it('of the domain name the parameter at fault as well', async () => {
      const messages = `${conversation}/Messages`;
      for (const [path, form, code, parameter] of [
        [messages, {}, 50503, 'Body'],
        [messages, { Body: 'x', Attributes: '{' }, 50304, 'Attributes'],
        [messages, { Body: 'x', Subject: 's'.repeat(257) }, 20001, 'Subject'],
        [`${conversation}/Participants`, { Identity: 'i'.repeat(257) }, 50207, 'Identity'],
        ['/v1/Services', { FriendlyName: '' }, 50000, 'FriendlyName'],
        ['/v1/Conversations', { FriendlyName: 'n'.repeat(257) }, 50003, 'FriendlyName'],
        ['/v1/Conversations', { UniqueName: 'first' }, 50353, 'UniqueName'],
        ['/v1/Users', { Identity: 'someone', RoleSid: `RL${'0'.repeat(32)}` }, 50100, 'RoleSid'],
      ] as const) {
        expect(await server.sendAs(path, { form })).toMatchObject({ json: { code, details: { parameter } } });
      }
    });

    it('refuse NUL, wherever it stands', async () => {
      expect(await server.sendAs(`${conversation}/Messages`, { form: { Body: 'a\0b' } })).toMatchObject(
        envelope(400, 20001, 'Body must not contain the NUL character (U+0000).'),
      );
      expect(await server.sendAs('/v1/Conversations', { form: { UniqueName: '\0' } })).toMatchObject(
        envelope(400, 20001),
      );
      for (const path of ['/v1/Conversations/a%00b', `${conversation}/Participants/%00`, `/v1/Services/%00`]) {
        expect(await server.sendAs(path)).toMatchObject(envelope(404, 20404));
      }
    });

    it('refuse bodies that are no forms, or too large', async () => {
      const path = `${conversation}/Messages`;
      const json = { body: '{"Body":"x"}', headers: { 'content-type': 'application/json' } };
      expect(await server.sendAs(path, json)).toMatchObject(
        envelope(415, 20001, expect.stringContaining('application/x-www-form-urlencoded')),
      );
      expect(await server.sendAs(path, { form: { Body: 'x'.repeat(300 * 1024) } })).toMatchObject(envelope(413, 20001));
    });

    it('refuse a path that cannot be decoded', async () => {
      const { headers, ...answer } = await server.sendAs('/v1/Conversations/%zz');
      expect(answer).toMatchObject(envelope(400, 20001));
      expect(headers['access-control-allow-origin']).toBe('*');
      const requestId = headers['twilio-request-id'];
      await vi.waitFor(() => expect(server.log).toContainEqual(expect.objectContaining({ requestId, status: 400 })));
      const host = { host: 'evil.example' };
      expect(await server.sendAs('/v1/%zz', { headers: host })).toMatchObject(envelope(421, 20001));
      expect(await server.sendAs(`/v1/Conversations/${'x'.repeat(4000)}`)).toMatchObject(envelope(414, 20001));
    });

    it('answer bytes that are no HTTP in the same form', async () => {
      const socket = connect(server.port, '127.0.0.1');
      socket.write('nonsense\r\n\r\n');
      const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
      expect(head).toMatch(/^HTTP\/1\.1 400 /);
      expect(JSON.parse(body)).toMatchObject({ code: 20001, status: 400 });
    });

    it('are never the server’s own fault, whatever is sent', async () => {
      const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('', '\0', '{}', '1', 'null'));
      const name = fc.constantFrom(
        'Body',
        'Author',
        'Attributes',
        'Subject',
        'Identity',
        'RoleSid',
        'FriendlyName',
        'UniqueName',
      );
      const form = fc.dictionary(fc.oneof(name, text), fc.oneof(text, fc.array(text)), { maxKeys: 4 });
      const query = fc.dictionary(fc.constantFrom('PageSize', 'Page', 'PageToken', 'Order'), text, { maxKeys: 2 });
      const path = fc
        .tuple(
          fc.constantFrom('/v1', `/v1/Services/${server.chatServiceSid}`),
          fc.constantFrom('/Conversations', '/Conversations/first/Messages', '/Conversations/first/Participants'),
          fc.oneof(
            fc.constant(''),
            text.map((one) => `/${encodeURIComponent(one.toWellFormed())}`),
          ),
        )
        .map((parts) => parts.join(''));
      await fc.assert(
        fc.asyncProperty(path, query, form, async (target, asked, sent) => {
          const answers = [
            await server.sendAs(`${target}?${new URLSearchParams(asked)}`),
            await server.sendAs(target, { form: sent }),
          ];
          for (const { status, json } of answers) {
            expect(status).toBeLessThan(500);
            expect(json).toBeTypeOf('object');
          }
        }),
        { numRuns: 150 },
      );
    });

    it('reflect nothing that a browser would run', async () => {
      const { headers } = await server.sendAs('/v1/<script>alert(1)</script>');
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(headers['x-content-type-options']).toBe('nosniff');
    });
  });

  describe('every answer', () => {
    it('carries a request id that is in the log with method, route, status and duration', async () => {
      const { headers } = await server.sendAs(`${conversation}/Messages?PageSize=1&Secret=hidden`);
      const requestId = headers['twilio-request-id'];
      expect(requestId).toMatch(/^RQ[0-9a-f]{32}$/);
      const line = server.log.find((entry) => entry.requestId === requestId);
      expect(line).toMatchObject({
        level: 'info',
        method: 'GET',
        route: '/v1/Conversations/:ConversationSid/Messages',
        status: 200,
        durationMs: expect.any(Number),
      });
      expect(JSON.stringify(line)).not.toContain('hidden');
    });

    it('does not take its request id from the caller', async () => {
      const { headers } = await server.send('/health', {
        headers: { 'request-id': 'RQ1', 'twilio-request-id': 'RQ2' },
      });
      expect(headers['twilio-request-id']).toMatch(/^RQ[0-9a-f]{32}$/);
    });

    it('does not say what serves it', async () => {
      const { headers } = await server.send('/health');
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('server');
    });
  });
});

describe('when the database fails', () => {
  let broken: RestServer | undefined;
  afterEach(() => broken?.stop());

  /** A server whose database fails at every COMMIT with what `fault` makes, once `failing` is set. */
  async function start(fault: () => Error) {
    const state = { failing: false };
    const wrapConnection: WrapConnection = (connection) => ({
      ...connection,
      inTransaction: () => connection.inTransaction(),
      close: () => connection.close(),
      execute(sql, parameters) {
        if (state.failing && sql === 'COMMIT') return Promise.reject(fault());
        return connection.execute(sql, parameters);
      },
    });
    broken = await startRestServer({ wrapConnection });
    return { server: broken, state };
  }

  it('answers 503, says that nothing was applied, and goes on when it is back', async () => {
    const { server: failing, state } = await start(() =>
      Object.assign(new Error('database or disk is full'), { errcode: 13 }),
    );
    state.failing = true;
    const answer = await failing.sendAs('/v1/Conversations', { form: { UniqueName: 'x' } });
    expect(answer).toMatchObject(envelope(503, 20503, expect.stringContaining('Nothing was applied')));
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.text).not.toContain('disk');
    expect(await failing.sendAs('/v1/Conversations')).toMatchObject({ status: 200, json: { conversations: [] } });
    state.failing = false;
    expect(await failing.sendAs('/v1/Conversations', { form: { UniqueName: 'x' } })).toMatchObject({ status: 201 });
  });

  it('tells nothing of faults of its own, and logs them with the request id', async () => {
    const { server: failing, state } = await start(() => new RangeError('secret inner state'));
    state.failing = true;
    const answer = await failing.sendAs('/v1/Conversations', { form: {} });
    expect(answer).toMatchObject(envelope(500, 20500, 'An internal error occurred.'));
    expect(answer.text).not.toContain('secret inner state');
    expect(failing.log).toContainEqual(
      expect.objectContaining({
        level: 'error',
        requestId: answer.headers['twilio-request-id'],
        err: expect.objectContaining({ message: 'secret inner state' }),
      }),
    );
  });
});
