import { expect, it } from 'vitest';
import { continueErasures } from '../src/domain/index.ts';
import { LONG } from './store/support/follow-log.ts';
import { onEveryEngine, type RestServer } from './support/rest-server.ts';

const IDENTITY = 'zoe@example.com';

onEveryEngine((start) => {
  async function setUp() {
    const server = await start();
    const made = async (path: string, form: Record<string, string>): Promise<string> => {
      const { status, json } = await server.sendAs(`/v1${path}`, { form });
      expect(status, path).toBe(201);
      return String(Object(json).sid);
    };
    await made('/Users', { Identity: IDENTITY, Attributes: '{"city":"Quito"}' });
    const conversation = await made('/Conversations', { UniqueName: 'room' });
    const inside = `/Conversations/${conversation}`;
    await made(`${inside}/Participants`, { Identity: IDENTITY });
    await made(`${inside}/Participants`, { Identity: 'bob' });
    await made(`${inside}/Messages`, { Author: IDENTITY, Body: 'mine' });
    await made(`${inside}/Messages`, { Author: 'bob', Body: 'not mine' });
    return { server, conversation };
  }

  async function linesOf(server: RestServer, path: string): Promise<Record<string, unknown>[]> {
    const { status, headers, text } = await server.sendAs(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/x-ndjson');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  it('exports what is stored of a person, writes down that it did, and erases it', async () => {
    const { server, conversation } = await setUp();
    try {
      const lines = await linesOf(server, `/confab/v1/PersonExport?Identity=${encodeURIComponent(IDENTITY)}`);
      expect(lines).toEqual([
        expect.objectContaining({ type: 'user', identity: IDENTITY, attributes: '{"city":"Quito"}' }),
        expect.objectContaining({ type: 'participant', conversation_sid: conversation, identity: IDENTITY }),
        expect.objectContaining({ type: 'message', conversation_sid: conversation, body: 'mine', index: 0 }),
        { type: 'end', lines: 3 },
      ]);
      const audited = await server.sendAs('/confab/v1/AuditLog?Action=person.exported');
      expect(audited.json).toMatchObject({ audit_entries: [{ subject_sid: server.chatServiceSid }] });
      expect(audited.text).not.toContain(IDENTITY);

      const path = `/confab/v1/Services/${server.chatServiceSid}/Erasures`;
      const asked = await server.sendAs(path, { form: { Identity: IDENTITY, Messages: 'delete' } });
      expect(asked).toMatchObject({ status: 202, json: { status: 'running', step: 'memberships' } });
      expect(asked.text).not.toContain(IDENTITY);
      expect(await server.sendAs(`/v1/Users/${IDENTITY}`)).toMatchObject({ status: 404 });
      const erasure = async () => Object((await server.sendAs(`${path}/${Object(asked.json).sid}`)).json);
      await expect
        .poll(async () => {
          while ((await continueErasures(server.store, Date.now())) > 0);
          return (await erasure()).status;
        }, LONG)
        .toBe('completed');
      expect(await erasure()).toMatchObject({ memberships_ended: 1, messages_changed: 1 });
      expect((await server.sendAs(path)).json).toMatchObject({ erasures: [{ messages: 'delete' }] });
      const left = await linesOf(server, `/confab/v1/Conversations/${conversation}/Export`);
      expect(left.map(({ type, identity, body }) => [type, identity ?? body])).toEqual([
        ['conversation', undefined],
        ['participant', 'bob'],
        ['message', 'not mine'],
        ['end', undefined],
      ]);
      expect(await linesOf(server, `/confab/v1/PersonExport?Identity=${IDENTITY}`)).toEqual([
        { type: 'end', lines: 0 },
      ]);
      // What the server wrote down of all this is no place for the name either.
      expect(JSON.stringify(server.log)).not.toContain(IDENTITY);
    } finally {
      await server.stop();
    }
  });

  it('asks whom, and what becomes of their messages', async () => {
    const server = await start();
    try {
      for (const form of [
        { Messages: 'keep' },
        { Messages: 'keep', Identity: 'a', Address: 'b' },
        { Identity: 'a' },
        { Identity: 'a', Messages: 'burn' },
      ]) {
        expect(await server.sendAs('/confab/v1/Erasures', { form }), JSON.stringify(form)).toMatchObject({
          status: 400,
        });
      }
      expect(await server.sendAs('/confab/v1/PersonExport')).toMatchObject({ status: 400 });
    } finally {
      await server.stop();
    }
  });
});
