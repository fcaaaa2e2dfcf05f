import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveSession } from '../src/api/index.ts';
import type { SessionFilter } from '../src/domain/index.ts';
import { type RestServer, startRestServer } from './support/rest-server.ts';

const asked: SessionFilter[] = [];
let sessions: LiveSession[] = [];
let server: RestServer;
beforeAll(async () => {
  server = await startRestServer({
    sessions(filter) {
      asked.push(filter);
      return sessions;
    },
  });
});
afterAll(() => server.stop());

function session(connectionId: string, particulars: Partial<LiveSession> = {}): LiveSession {
  return {
    connectionId,
    accountSid: server.accountSid,
    apiKeySid: server.apiKey,
    serviceSid: server.chatServiceSid,
    userSid: `US${'1'.repeat(32)}`,
    identity: 'ada',
    tokenId: undefined,
    sdk: 'js',
    connectedAt: Date.UTC(2030, 0, 2, 3, 4, 5, 678),
    tokenExpiresAt: Date.UTC(2030, 0, 2, 4, 4, 5) / 1000,
    ...particulars,
  };
}

const ends = () => server.store.read.selectFrom('session_ends').select(['account_id', 'identity']).execute();

const LIST = '/confab/v1/Sessions';
const END = '/confab/v1/Sessions/End';

describe('the live sessions', () => {
  it('are told with all that identifies them', async () => {
    sessions = [session('one'), session('two', { tokenId: 'the jti' })];
    const { status, json } = await server.sendAs(LIST);
    expect(status).toBe(200);
    expect(json).toEqual({
      total: 2,
      sessions: [
        {
          connection_id: 'one',
          account_sid: server.accountSid,
          chat_service_sid: server.chatServiceSid,
          user_sid: `US${'1'.repeat(32)}`,
          identity: 'ada',
          api_key_sid: server.apiKey,
          token_id: null,
          sdk: 'js',
          connected_at: '2030-01-02T03:04:05Z',
          token_expires_at: '2030-01-02T04:04:05Z',
        },
        expect.objectContaining({ connection_id: 'two', token_id: 'the jti' }),
      ],
    });
  });

  it('of other accounts are neither told nor ended', async () => {
    sessions = [session('own'), session('foreign', { accountSid: `AC${'9'.repeat(32)}` })];
    expect((await server.sendAs(LIST)).json).toMatchObject({ total: 1, sessions: [{ connection_id: 'own' }] });
    expect(await server.sendAs(END, { form: { Identity: 'ada' } })).toMatchObject({ status: 200, json: { ended: 1 } });
  });

  it('have no names that no database could keep', async () => {
    for (const name of ['Identity', 'TokenId']) {
      expect(await server.sendAs(END, { form: { [name]: 'a\0' } })).toMatchObject({ status: 400 });
    }
  });

  it('are found by every filter that is given', async () => {
    sessions = [];
    const filters = {
      Identity: 'ada',
      ApiKeySid: server.apiKey,
      TokenId: 'the jti',
      ServiceSid: server.chatServiceSid,
    };
    asked.length = 0;
    await server.sendAs(`${LIST}?${new URLSearchParams(filters)}`);
    await server.sendAs(END, { form: filters });
    const filter = {
      identity: 'ada',
      apiKeySid: server.apiKey,
      tokenId: 'the jti',
      serviceSid: server.chatServiceSid,
    };
    expect(asked).toEqual([filter, filter]);
  });

  it('are told 1,000 at a time, with how many there are', async () => {
    sessions = Array.from({ length: 1001 }, (_, at) => session(String(at)));
    const { json } = await server.sendAs(LIST);
    expect(json).toMatchObject({ total: 1001, sessions: { length: 1000 } });
  });

  it('are not ended all at once by a request that says nothing, or nonsense', async () => {
    sessions = [session('one')];
    const before = await ends();
    for (const form of [
      {},
      { identity: 'ada' },
      { Identity: ['ada', 'ben'] },
      { ApiKeySid: 'ada' },
      { Identity: 'ada', ServiceSid: '' },
    ]) {
      expect(await server.sendAs(END, { form })).toMatchObject({ status: 400, json: { code: 20001 } });
    }
    expect(await server.sendAs(`${END}?Identity=ada`, { method: 'POST' })).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining('Identity, ApiKeySid, TokenId, ServiceSid') },
    });
    expect(await ends()).toEqual(before);
  });

  it('are for the credentials of an account only', async () => {
    for (const answer of [await server.send(LIST), await server.send(END, { form: { Identity: 'ada' } })]) {
      expect(answer).toMatchObject({ status: 401, json: { code: 20003 } });
    }
    expect(await server.sendAs(END)).toMatchObject({ status: 405 });
  });
});
