import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createConversation,
  createConversationWithParticipants,
  createService,
  deleteService,
  initializingConversations,
  listParticipants,
  requireConversation,
} from '../src/domain/index.ts';
import { createLogger } from '../src/logging.ts';
import { startTimers } from '../src/timers/index.ts';
import { LONG } from './store/support/follow-log.ts';
import { onEveryEngine, type RestServer } from './support/rest-server.ts';
import { domainOver, emptyDatabase, onEachEngine, openTestStore, type TestDomain } from './support/store.ts';

const PAIR = { address: '+15005550001', proxyAddress: '+15005550006' };

function timersOf({ store, execute, clock }: TestDomain, log: string[] = []) {
  const logger = createLogger({ level: 'error', stream: { write: (line) => log.push(line) } });
  return startTimers({ read: store.read, execute, clock, logger });
}

async function stateOf({ store, service }: TestDomain, sid: string) {
  const row = await requireConversation(store.read, service.id, sid);
  const participants = await listParticipants(store.read, row.id, { order: 'asc', limit: 100 });
  return { state: row.state, who: participants.map(({ identity, address }) => identity ?? address) };
}

onEachEngine('a conversation made with participants', (engine) => {
  it('gets them in the background, in order and once, by whichever node comes first, after a restart too', async () => {
    const place = await emptyDatabase(engine);
    const before = await domainOver(await openTestStore(place));
    const { service } = before;
    const participants = [{ identity: 'ada' }, PAIR, { identity: 'bob', attributes: '{"a":1}' }];
    const { sid } = await before.execute(createConversationWithParticipants, before.account, {
      service,
      participants,
      state: 'active',
      inactiveTimer: 'PT1M',
    });
    expect(await stateOf(before, sid)).toEqual({ state: 'initializing', who: [] });
    await before.store.close();

    const after = await domainOver(await openTestStore(place));
    const nodes = Array.from({ length: 3 }, () => timersOf(after));
    await expect.poll(async () => (await stateOf(after, sid)).state, LONG).toBe('active');
    await Promise.all(nodes.map((timers) => timers.stop()));
    expect(await stateOf(after, sid)).toEqual({ state: 'active', who: ['ada', PAIR.address, 'bob'] });
    expect(await requireConversation(after.store.read, service.id, sid)).toMatchObject({
      participants_count: 3,
      roster_event: 3,
      channel_event: 1,
      inactive_at: after.clock.now() + 60_000,
    });
    expect(await after.store.read.selectFrom('joining_participants').selectAll().execute()).toEqual([]);
  });

  it('is closed when one of them cannot be added, without the others, and the log says why', async () => {
    const domain = await domainOver(await openTestStore(await emptyDatabase(engine)));
    const { execute, account, service } = domain;
    const first = await execute(createConversationWithParticipants, account, { service, participants: [PAIR] });
    const second = await execute(createConversationWithParticipants, account, {
      service,
      participants: [{ identity: 'ada' }, PAIR],
    });
    const log: string[] = [];
    const timers = timersOf(domain, log);
    await expect.poll(async () => (await stateOf(domain, second.sid)).state, LONG).toBe('closed');
    await timers.stop();
    expect(await stateOf(domain, first.sid)).toEqual({ state: 'active', who: [PAIR.address] });
    expect(await stateOf(domain, second.sid)).toEqual({ state: 'closed', who: [] });
    expect(log.map((line) => JSON.parse(line))).toMatchObject([
      { code: 50427, conversation: second.sid, cause: 50416 },
    ]);
  });

  it('is closed when they cannot be added for whatever reason that would not pass', async () => {
    const domain = await domainOver(await openTestStore(await emptyDatabase(engine)));
    const { execute, account, service } = domain;
    const made = await execute(createConversationWithParticipants, account, { service, participants: [PAIR] });
    await domain.store.write(({ db }) =>
      db.updateTable('joining_participants').set({ participant: '{' }).where('conversation_id', '=', made.id).execute(),
    );
    const log: string[] = [];
    const timers = timersOf(domain, log);
    await expect.poll(async () => (await stateOf(domain, made.sid)).state, LONG).toBe('closed');
    await timers.stop();
    expect(log.map((line) => JSON.parse(line))).toMatchObject([{ code: 50427, conversation: made.sid }]);
  });

  it('keeps nobody waiting when its service was deleted before they came', async () => {
    const domain = await domainOver(await openTestStore(await emptyDatabase(engine)));
    const { execute, account, service, store, clock } = domain;
    const doomed = await execute(createService, account, { friendlyName: 'Doomed' });
    const ref = { id: doomed.id, sid: doomed.sid, account_sid: service.account_sid };
    await execute(createConversationWithParticipants, account, { service: ref, participants: [PAIR] });
    await execute(deleteService, account, { service: ref });
    expect(await initializingConversations(store.read, 100)).toEqual([]);

    const timed = await execute(createConversation, account, { service, state: 'active', inactiveTimer: 'PT1M' });
    clock.advance(60_000);
    const timers = timersOf(domain);
    await expect.poll(async () => (await stateOf(domain, timed.sid)).state, LONG).toBe('inactive');
    await timers.stop();
  });
});

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const make = (form: Record<string, string | string[]>, base = '/v1') =>
    server.sendAs(`${base}/ConversationWithParticipants`, { form });

  describe('ConversationWithParticipants', () => {
    it('answers 202 and initializing with participants, 201 and active without', async () => {
      for (const base of ['/v1', `/v1/Services/${server.chatServiceSid}`]) {
        const made = await make(
          { FriendlyName: 'Team', Participant: ['{ "identity": "a" }', '{ "identity": "b" }'] },
          base,
        );
        expect(made).toMatchObject({
          status: 202,
          json: {
            friendly_name: 'Team',
            state: 'initializing',
            timers: {},
            url: expect.stringContaining(`${base}/Conv`),
          },
        });
        const path = `${base}/Conversations/${Object(made.json).sid}`;
        const busy = { status: 409, json: { code: 20001 } };
        expect(await server.sendAs(path, { form: { FriendlyName: 'x' } })).toMatchObject(busy);
        expect(await server.sendAs(`${path}/Messages`, { form: { Body: 'x' } })).toMatchObject(busy);
        expect(await server.sendAs(`${path}/Participants`, { form: { Identity: 'c' } })).toMatchObject(busy);
        expect(await server.sendAs(`${base}/Conversations?State=initializing`)).toMatchObject({
          json: { conversations: [{ sid: Object(made.json).sid }] },
        });
        expect(await server.sendAs(path, { method: 'DELETE' })).toMatchObject({ status: 204 });
        const plain = await make({ State: 'inactive', 'Timers.Closed': 'PT10M' }, base);
        expect(plain).toMatchObject({ status: 201, json: { state: 'inactive' } });
      }
    });

    it('takes the names of members in every way in which JSON has them', async () => {
      const participants = [
        '{"messaging_binding": {"address": "+15005550011", "proxy_address": "+15005550012"}, "attributes": "{\\"a\\":1}"}',
        '{"messagingBinding": {"address": "+15005550013", "proxyAddress": "+15005550012"}, "attributes": {"a": 1}}',
        '{"MessagingBinding.Address": "+15005550014", "MessagingBinding.ProxyAddress": "+15005550012"}',
        '{"Identity": "ada", "role_sid": null}',
      ];
      expect(await make({ Participant: participants })).toMatchObject({ status: 202 });
      const stored = await server.store.read
        .selectFrom('joining_participants')
        .select('participant')
        .orderBy('id')
        .execute();
      expect(stored.slice(-4).map(({ participant }) => JSON.parse(participant))).toEqual([
        { address: '+15005550011', proxyAddress: '+15005550012', attributes: '{"a":1}' },
        { address: '+15005550013', proxyAddress: '+15005550012', attributes: '{"a":1}' },
        { address: '+15005550014', proxyAddress: '+15005550012' },
        { identity: 'ada' },
      ]);
    });

    it('refuses what cannot be, before anything is made', async () => {
      const ada = '{"identity": "ada"}';
      const refused: readonly (readonly [form: Record<string, string | string[]>, code: number])[] = [
        [{ Participant: Array.from({ length: 11 }, (_, at) => `{"identity": "user ${at}"}`) }, 50426],
        [{ Participant: [ada, 'ada'] }, 20001],
        [{ Participant: ['["ada"]'] }, 20001],
        [{ Participant: [ada, '{}'] }, 20001],
        [{ Participant: ['{"identity": 1}'] }, 20001],
        [{ Participant: ['{"identity": "a", "color": "red"}'] }, 20001],
        [{ Participant: ['{"messaging_binding": {"address": "x", "proxy_address": "+15005550006"}}'] }, 50407],
        [{ Participant: ['{"identity": "a", "attributes": 1}'] }, 20001],
        [{ Participant: ['{"identity": "a", "attributes": "["}'] }, 50304],
        [{ Participant: [ada], State: 'closed' }, 50378],
        [{ Participant: [ada], 'Timers.Closed': 'PT10M' }, 50382],
      ];
      for (const [form, code] of refused) {
        const answer = await make({ UniqueName: 'refused', ...form });
        expect(answer, JSON.stringify(form)).toMatchObject({ status: 400, json: { code } });
      }
      const role = `RL${'0'.repeat(32)}`;
      expect(await make({ Participant: [`{"identity": "a", "role_sid": "${role}"}`] })).toMatchObject({
        status: 404,
        json: { code: 50109 },
      });
      expect(await server.sendAs('/v1/Conversations/refused')).toMatchObject({ status: 404 });
    });
  });
});
