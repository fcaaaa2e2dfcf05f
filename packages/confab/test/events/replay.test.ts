import fc from 'fast-check';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { type ExportedEvent, exportedEvent, scopeOf, startConsumer } from '../../src/events/index.ts';
import { everyRow } from '../support/every-row.ts';
import { type Fields, fieldsOf } from '../support/raw-frames.ts';
import { expected, newModel, type Step } from '../support/rest-model.ts';
import { onEveryEngine, type RestServer } from '../support/rest-server.ts';
import { fold } from './support/fold-events.ts';

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    'create conversation',
    'rename conversation',
    'close conversation',
    'delete conversation',
    'add participant',
    'add participant',
    'remove participant',
    'send',
    'send',
    'send',
    'edit',
    'delete message',
    'create user',
    'delete user',
  ),
  conversation: fc.nat(3),
  message: fc.nat(5),
  role: fc.nat(2),
  identity: fc.constantFrom('ada', 'ben', 'cleo'),
  name: fc.constantFrom('alpha', 'beta', 'gamma', 'delta'),
});

const STEPS = 120;

/** What is compared of each thing. */
const SHOWN = {
  conversation: ['sid', 'friendly_name', 'unique_name', 'attributes', 'state'],
  participant: ['sid', 'conversation_sid', 'identity', 'role_sid', 'attributes', 'last_read_message_index'],
  message: ['sid', 'conversation_sid', 'index', 'author', 'body', 'attributes'],
  user: ['sid', 'identity', 'friendly_name', 'attributes', 'role_sid'],
} as const;

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
    return () => server.stop();
  });

  it('a new consumer replays the log from its beginning, and ends with what REST lists', {
    timeout: 60_000,
  }, async () => {
    const { sid } = await server.client.conversations.v1.services.create({ friendlyName: 'Replayed' });
    const base = `/v1/Services/${sid}`;
    const post = async (path: string, form: Record<string, string>): Promise<Fields> => {
      const { status, json, text } = await server.sendAs(path, { form });
      expect(status, text).toBeLessThan(300);
      return fieldsOf(json);
    };
    const model = newModel();
    for (const one of fc.sample(step, STEPS)) {
      const asked = expected(model, one);
      if (asked === undefined) continue;
      const { status, json } = await server.sendAs(`${base}${asked.path}`, {
        method: asked.method,
        ...(asked.form && { form: asked.form }),
      });
      if (status < 300) asked.apply(Object(json));
    }

    // What chance does not do: states, attributes, horizons, and receipts of somebody who is reached by an address.
    const conversation = await post(`${base}/Conversations`, { FriendlyName: 'last', Attributes: '{"a":1}' });
    const at = `${base}/Conversations/${conversation.sid}`;
    const reader = await post(`${at}/Participants`, { Identity: 'dora' });
    const address = { 'MessagingBinding.Address': '+15005550001', 'MessagingBinding.ProxyAddress': '+15005550002' };
    await post(`${at}/Participants`, address);
    const message = await post(`${at}/Messages`, { Body: 'hello' });
    await post(`${at}/Participants/${reader.sid}`, { LastReadMessageIndex: '0', Attributes: '{"r":1}' });
    const receipts = `/confab${at}/Messages/${message.sid}/Receipts`;
    for (const Status of ['delivered', 'read']) await post(receipts, { Participant: '+15005550001', Status });
    await post(`${base}/Users/dora`, { FriendlyName: 'Dora' });
    await post(at, { State: 'inactive' });

    const state = fold(await replayed(sid));
    const shown = (kind: keyof typeof SHOWN, rows: Iterable<Fields>) =>
      [...rows]
        .map((row) => Object.fromEntries(SHOWN[kind].map((name) => [name, row[name] ?? null])))
        .sort((a, b) => String(a.sid).localeCompare(String(b.sid)));
    const conversations = await listed(`${base}/Conversations`);
    const inside = async (list: string) =>
      (await Promise.all(conversations.map((one) => listed(`${base}/Conversations/${one.sid}/${list}`)))).flat();
    expect(shown('conversation', state.conversation.values())).toEqual(shown('conversation', conversations));
    expect(shown('participant', state.participant.values())).toEqual(
      shown('participant', await inside('Participants')),
    );
    expect(shown('message', state.message.values())).toEqual(shown('message', await inside('Messages')));
    expect(shown('user', state.user.values())).toEqual(shown('user', await listed(`${base}/Users`)));
    const reported = (await listed(`${at}/Messages/${message.sid}/Receipts`)).filter(({ sid }) =>
      state.receipts.has(String(sid)),
    );
    expect(reported.map(({ status }) => status)).toEqual(['read']);
    expect([...state.receipts.values()].map(({ status }) => status)).toEqual(['read']);
    // Removals are a part of it, or it proves little.
    expect(state.conversation.size).toBeLessThan(model.conversations.length + 1);
  });

  /** What a consumer is told of a service that there never was before. */
  async function replayed(serviceSid: string): Promise<ExportedEvent[]> {
    const { store } = server;
    const events: ExportedEvent[] = [];
    const { total } = await store.read
      .selectFrom('event_log')
      .select((eb) => eb.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    let seen = 0;
    const caughtUp = Promise.withResolvers<void>();
    const consumer = startConsumer({
      store,
      clock: systemClock(),
      name: 'replay',
      batch: 7,
      onError: caughtUp.reject,
      async handle(entries) {
        for (const entry of entries) {
          const scope = await scopeOf(store.read, entry.service_id);
          if (scope?.serviceSid === serviceSid) events.push(exportedEvent(entry, scope));
        }
        seen += entries.length;
        if (seen === Number(total)) caughtUp.resolve();
        return undefined;
      },
    });
    onTestFinished(() => consumer.stop());
    await caughtUp.promise;
    return events;
  }

  const listed = (path: string) => everyRow((page) => server.sendAs(page), path, 100);
});
