import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { everyRow } from './support/every-row.ts';
import { expected, newModel, type RestModel, type Step } from './support/rest-model.ts';
import { onEveryEngine, type RestServer } from './support/rest-server.ts';

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    'create conversation',
    'create conversation',
    'rename conversation',
    'close conversation',
    'delete conversation',
    'add participant',
    'add participant',
    'add participant',
    'remove participant',
    'give role',
    'give role',
    'send',
    'send',
    'send',
    'edit',
    'delete message',
    'create user',
    'delete user',
    'create role',
    'delete role',
  ),
  conversation: fc.nat(3),
  message: fc.nat(5),
  role: fc.nat(2),
  identity: fc.constantFrom('ada', 'ben', 'cleo'),
  name: fc.constantFrom('alpha', 'beta', 'gamma', 'delta'),
});

/** Provokes every answer that the model knows: chance alone does not in as few runs as PostgreSQL gets. */
const everyAnswer: Step[] = (
  [
    'create conversation',
    'create conversation',
    'add participant',
    'add participant',
    'create user',
    'rename conversation',
    'send',
    'delete message',
    'delete message',
    'close conversation',
    'send',
  ] as const
).map((kind) => ({ kind, conversation: 0, message: 0, role: 0, identity: 'ada', name: 'alpha' }));

/** PostgreSQL takes several times as long for each request. */
const RUNS = { sqlite: 20, postgres: 8 };

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  it('any sequence of requests is answered as the model says, and leaves what the model has', {
    timeout: 120_000,
  }, async () => {
    const answers = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 15, maxLength: 50 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, size) => {
          const { sid } = await server.client.conversations.v1.services.create({ friendlyName: 'Model' });
          const base = `/v1/Services/${sid}`;
          const model = newModel();
          for (const one of steps) {
            const asked = expected(model, one);
            if (asked === undefined) continue;
            const { method, form, path } = asked;
            const { status, json } = await server.sendAs(`${base}${path}`, { method, ...(form && { form }) });
            const answer = status < 400 ? `${status}` : `${status} ${Object(json).code}`;
            expect(answer, `${method} ${path} ${JSON.stringify(form)}`).toBe(asked.answer);
            answers.set(answer, (answers.get(answer) ?? 0) + 1);
            if (status < 300) asked.apply(Object(json));
          }
          await expectSame(base, model, size);
        },
      ),
      { numRuns: RUNS[server.store.engine], examples: [[everyAnswer, 1]] },
    );
    // Everything that may happen does, or the model proves little.
    for (const answer of ['200', '201', '204', '404 20404', '409 50353', '409 50433', '409 50201', '400 50377']) {
      expect([...answers.keys()]).toContain(answer);
    }
  });

  const listed = (path: string, size: number) => everyRow((page) => server.sendAs(page), path, size);

  async function expectSame(base: string, model: RestModel, size: number): Promise<void> {
    const left = model.conversations.filter((one) => !one.isDeleted);
    const shown = await listed(`${base}/Conversations`, size);
    expect(shown.map(({ sid, unique_name }) => `${sid} ${unique_name}`).sort()).toEqual(
      left.map(({ sid, uniqueName }) => `${sid} ${uniqueName}`).sort(),
    );
    for (const { sid, members, messages } of left) {
      const inside = `${base}/Conversations/${sid}`;
      const participants = await listed(`${inside}/Participants`, size);
      expect(participants.map(({ identity }) => identity).sort()).toEqual([...members.keys()].sort());
      for (const { identity, role_sid } of participants) {
        const given = members.get(`${identity}`);
        if (given !== undefined) expect(role_sid).toBe(given.sid);
      }
      const kept = messages.filter((one) => !one.isDeleted);
      expect((await listed(`${inside}/Messages`, size)).map(({ index, body }) => ({ index, body }))).toEqual(
        kept.map(({ index, body }) => ({ index, body })),
      );
      expect(messages.map(({ index }) => index)).toEqual(messages.map((_, at) => at));
    }
    const users = await listed(`${base}/Users`, size);
    expect(users.map(({ identity }) => identity).sort()).toEqual([...model.users].sort());
    for (const { identity } of users) {
      const open = left.filter((one) => !one.isClosed && one.members.has(`${identity}`)).map(({ sid }) => sid);
      const closed = left.filter((one) => one.isClosed && one.members.has(`${identity}`)).map(({ sid }) => sid);
      const theirs = (await listed(`${base}/Users/${identity}/Conversations`, size)).map((row) => row.conversation_sid);
      expect(theirs.filter((sid) => !closed.includes(`${sid}`)).sort()).toEqual(open.sort());
    }
    const roles = (await listed(`${base}/Roles`, size)).map(({ sid }) => sid);
    const made = model.roles.filter((role) => !role.isDeleted).map(({ sid }) => sid);
    // The four that every service begins with come first.
    expect(roles.slice(4).sort()).toEqual(made.sort());
  }
});
