import { beforeAll, expect, it } from 'vitest';
import { type Answer, onEveryEngine, type RestServer, type SendOptions } from './support/rest-server.ts';

/** Every code of the reference (REST API 8), and those of requests that reach no operation. */
const DOCUMENTED = [
  [20001, 20003, 20004, 20404, 20429, 20500, 20503, 70051],
  [50000, 50003, 50050, 50051, 50065, 50068],
  [50100, 50101, 50103, 50104, 50105, 50107, 50109],
  [50200, 50201, 50202, 50205, 50206, 50207, 50208],
  [50300, 50301, 50303, 50304, 50305, 50306, 50307, 50353, 50390],
  [50360, 50361, 50363, 50364, 50365, 50366, 50367, 50368, 50370, 50371],
  [50375, 50376, 50377, 50378, 50379, 50380, 50382],
  [50402, 50407, 50408, 50409, 50416, 50417, 50422, 50425, 50426, 50427, 50430, 50433, 50434, 50436, 50437, 50438],
  [50441, 50444, 50503, 50504, 50505, 50506, 50507, 50508, 50509, 50513, 50530],
].flat();

/** Codes that no request over REST can bring about, and why. */
const NOT_OVER_REST: Readonly<Record<number, string>> = {
  20500: 'A fault of the server itself: see rest-errors.test.ts.',
  20503: 'A database that cannot store: see rest-errors.test.ts.',
  50051: 'The SID of a service is part of every path that needs one.',
  50068: 'Services have no unique name in this API.',
  50101: 'The older name for 50109.',
  50103: 'Absent roles are the defaults.',
  50107: 'Of SDK users: see domain/model.test.ts.',
  50200: 'A user in the path that is not there is 20404.',
  50202: 'The SID of a user is part of every path that needs one.',
  50205: 'Of SDK users: see domain/bad-input.test.ts.',
  50300: 'A conversation in the path that is not there is 20404.',
  50301: 'Of the chat product.',
  50305: 'The SID of a conversation is part of every path that needs one.',
  50306: 'Of the chat product; 50390 here.',
  50307: 'Of the chat product; 50353 here.',
  50360: 'A webhook in the path that is not there is 20404.',
  50363: 'The SID of a webhook is part of every path that needs one.',
  50402: 'A participant in the path that is not there is 20404.',
  50425: 'Of participants that are added in the background: the conversation is closed.',
  50427: 'Of participants that are added in the background: the conversation is closed.',
  50430: 'Of SDK users: see domain/model.test.ts.',
  50505: 'The API has no such parameter.',
  50506: 'Media are not served.',
  50507: 'Media are not served.',
  50508: 'Media are not served.',
  50509: 'Media are not served.',
  50513: 'Messages are not sent to Group MMS.',
  50530: 'Channel metadata are asked for by the SDK only.',
};

type Form = Record<string, string | string[]>;

/** Small, so that they are reached. */
const LIMITS = {
  participantsPerConversation: 4,
  nonChatParticipantsPerConversation: 2,
  groupParticipantsPerConversation: 3,
  conversationsPerUser: 2,
};

onEveryEngine((start) => {
  let server: RestServer;
  beforeAll(async () => {
    server = await start({ config: { limitOverrides: LIMITS } });
    return () => server.stop();
  });

  let made = 0;
  /** A number of the United States that nobody else has. */
  const number = () => {
    made += 1;
    return `+1500${String(5_550_000 + made)}`;
  };
  const name = () => {
    made += 1;
    return `name ${made}`;
  };
  const nobody = (prefix: string) => `${prefix}${'0'.repeat(32)}`;

  const get = (path: string, options: SendOptions = {}): Promise<Answer> => server.sendAs(`/v1${path}`, options);
  const post = (path: string, form: Form = {}): Promise<Answer> => server.sendAs(`/v1${path}`, { form });

  /** The path of what is made. */
  async function create(path: string, form: Form = {}): Promise<string> {
    const answer = await post(path, form);
    expect(answer.status, answer.text).toBe(201);
    return `${path}/${Object(answer.json).sid}`;
  }
  const conversation = (form: Form = {}) => create('/Conversations', form);
  const participants = async () => `${await conversation()}/Participants`;
  const messages = async () => `${await conversation()}/Messages`;
  const phone = (address: string, proxy: string): Form => ({
    'MessagingBinding.Address': address,
    'MessagingBinding.ProxyAddress': proxy,
  });
  const inGroup = (address: string): Form => ({ 'MessagingBinding.Address': address });
  const masked = (address: string): Form => ({ 'MessagingBinding.ProjectedAddress': address });
  const hidden = (identity: string): Form => ({ Identity: identity, ...masked(number()) });
  const hook = (form: Form = {}): Form => ({
    Target: 'webhook',
    'Configuration.Url': 'https://example.com/hook',
    ...form,
  });
  const roleOf = async (wanted: string): Promise<string> => {
    const { roles } = Object((await get('/Roles')).json);
    return roles.find((role: { friendly_name: string }) => role.friendly_name === wanted).sid;
  };

  /** What provokes a code: the last answer is the refusal. And the parameter that it names. */
  type Provocation = readonly [code: number, status: number, parameter: string | undefined, () => Promise<Answer>];

  const PROVOKED: readonly Provocation[] = [
    [20001, 400, 'PageSize', () => get('/Users?PageSize=none')],
    [20003, 401, undefined, () => server.send('/v1/Users')],
    [20004, 405, undefined, () => get('/Users', { method: 'DELETE' })],
    [20404, 404, undefined, () => get('/Users/nobody')],
    [50000, 400, 'FriendlyName', () => post('/Services', { FriendlyName: '' })],
    [50003, 400, 'FriendlyName', () => post('/Conversations', { FriendlyName: 'x'.repeat(257) })],
    [
      50050,
      404,
      'AutoCreation.ConversationServiceSid',
      () => addressFor({ 'AutoCreation.ConversationServiceSid': nobody('IS') }),
    ],
    [50065, 400, 'AutoCreation.StudioRetryCount', () => addressFor({ 'AutoCreation.StudioRetryCount': '99' })],
    [50100, 404, 'RoleSid', () => post('/Users', { Identity: name(), RoleSid: nobody('RL') })],
    [50104, 400, 'Permission', () => post('/Roles', { FriendlyName: 'x', Type: 'service', Permission: ['fly'] })],
    [50105, 400, 'RoleSid', async () => post('/Users', { Identity: name(), RoleSid: await roleOf('channel user') })],
    [50109, 404, 'RoleSid', async () => post(await participants(), { Identity: name(), RoleSid: nobody('RL') })],
    [50201, 409, 'Identity', async () => again('/Users', { Identity: name() })],
    [50206, 400, 'Identity', () => post('/Users', { Identity: nobody('US') })],
    [50207, 400, 'Identity', () => post('/Users', { Identity: 'x'.repeat(257) })],
    [
      50208,
      403,
      undefined,
      async () => {
        const Identity = name();
        await create(await participants(), { Identity });
        await create(await participants(), { Identity });
        return post(await participants(), { Identity });
      },
    ],
    [50303, 400, 'Attributes', () => post('/Conversations', { Attributes: JSON.stringify('x'.repeat(17 * 1024)) })],
    [50304, 400, 'Attributes', () => post('/Conversations', { Attributes: '{' })],
    [50353, 409, 'UniqueName', () => again('/Conversations', { UniqueName: name() })],
    [50365, 400, 'AutoCreation.WebhookFilters', () => addressFor({ 'AutoCreation.WebhookFilters': ['onLunch'] })],
    [50367, 400, 'AutoCreation.StudioFlowSid', () => addressFor({ 'AutoCreation.StudioFlowSid': 'FW1' })],
    [
      50361,
      400,
      undefined,
      async () => {
        const webhooks = `${await conversation()}/Webhooks`;
        for (const _ of [1, 2, 3, 4, 5]) await create(webhooks, hook({ 'Configuration.Filters': ['onMessageAdded'] }));
        return post(webhooks, hook({ 'Configuration.Filters': ['onMessageAdded'] }));
      },
    ],
    [50364, 400, 'Target', async () => post(`${await conversation()}/Webhooks`, hook({ Target: 'pigeon' }))],
    [
      50366,
      400,
      'Configuration.Triggers',
      async () =>
        post(
          `${await conversation()}/Webhooks`,
          hook({ Target: 'trigger', 'Configuration.Triggers': ['x'.repeat(249)] }),
        ),
    ],
    [50368, 400, 'Target', async () => post(`${await conversation()}/Webhooks`, {})],
    [50370, 400, 'Configuration.Filters', async () => post(`${await conversation()}/Webhooks`, hook())],
    [
      50371,
      400,
      'Configuration.Triggers',
      async () => post(`${await conversation()}/Webhooks`, hook({ Target: 'trigger' })),
    ],
    [50375, 400, 'Timers.Inactive', () => post('/Conversations', { State: 'active', 'Timers.Inactive': 'PT59S' })],
    [50376, 400, 'Timers.Closed', () => post('/Conversations', { State: 'active', 'Timers.Closed': 'PT9M' })],
    [50377, 400, undefined, async () => post(await conversation({ State: 'closed' }), { FriendlyName: 'x' })],
    [50378, 400, 'State', () => post('/Conversations', { State: 'open' })],
    [50379, 400, 'Timers.Inactive', () => post('/Conversations', { State: 'active', 'Timers.Inactive': '1 hour' })],
    [50380, 400, 'Timers.Closed', () => post('/Conversations', { State: 'active', 'Timers.Closed': 'P1Y' })],
    [50382, 400, 'State', () => post('/Conversations', { 'Timers.Closed': 'PT10M' })],
    [50390, 400, 'UniqueName', () => post('/Conversations', { UniqueName: nobody('CH') })],
    [50407, 400, 'MessagingBinding.Address', async () => post(await participants(), phone('nowhere', number()))],
    [50408, 400, 'MessagingBinding.ProxyAddress', async () => post(await participants(), phone(number(), 'nowhere'))],
    [
      50409,
      400,
      'MessagingBinding.ProxyAddress',
      async () => {
        const one = number();
        return post(await participants(), phone(one, one));
      },
    ],
    [
      50416,
      409,
      undefined,
      async () => {
        const pair = phone(number(), number());
        await create(await participants(), pair);
        return post(await participants(), pair);
      },
    ],
    [
      50417,
      403,
      undefined,
      async () => {
        const room = await participants();
        for (const _ of [1, 2, 3, 4]) await create(room, { Identity: name() });
        return post(room, { Identity: name() });
      },
    ],
    [
      50422,
      403,
      undefined,
      async () => {
        const room = await participants();
        for (const _ of [1, 2]) await create(room, phone(number(), number()));
        return post(room, phone(number(), number()));
      },
    ],
    [
      50426,
      400,
      'Participant',
      () =>
        post('/ConversationWithParticipants', {
          Participant: Array.from({ length: 11 }, () => JSON.stringify({ identity: name() })),
        }),
    ],
    [50433, 409, 'Identity', async () => again(await participants(), { Identity: name() })],
    [
      50434,
      400,
      'MessagingBinding.ProjectedAddress',
      async () =>
        post(await create(await participants(), masked(number())), { 'MessagingBinding.ProjectedAddress': 'null' }),
    ],
    [
      50436,
      403,
      undefined,
      async () => {
        const group = await participants();
        for (const _ of [1, 2, 3]) await create(group, hidden(name()));
        return post(group, hidden(name()));
      },
    ],
    [
      50437,
      409,
      undefined,
      async () => {
        const group = await participants();
        const one = number();
        await create(group, inGroup(one));
        return post(group, masked(one));
      },
    ],
    [
      50438,
      409,
      undefined,
      async () => {
        const [one, other] = [number(), number()];
        const group = await participants();
        await create(group, inGroup(one));
        await create(group, masked(other));
        const second = await participants();
        await create(second, inGroup(one));
        return post(second, masked(other));
      },
    ],
    [
      50441,
      400,
      'MessagingBinding.ProxyAddress',
      async () =>
        post(await create(await participants(), { Identity: name() }), { 'MessagingBinding.ProxyAddress': number() }),
    ],
    [
      50444,
      400,
      'Identity',
      async () => post(await create(await participants(), phone(number(), number())), { Identity: name() }),
    ],
    [50503, 400, 'Body', async () => post(await messages(), {})],
    [50504, 400, 'Body', async () => post(await messages(), { Body: 'x'.repeat(32 * 1024 + 1) })],
    [70051, 401, undefined, asRestricted],
    // The last, since it keeps this address waiting.
    [20429, 429, undefined, tooOften],
  ];

  const addressFor = (form: Form) =>
    post('/Configuration/Addresses', { Type: 'sms', Address: number(), 'AutoCreation.Type': 'studio', ...form });

  async function again(path: string, form: Form): Promise<Answer> {
    await create(path, form);
    return post(path, form);
  }

  async function asRestricted(): Promise<Answer> {
    const form = { AccountSid: server.accountSid, KeyType: 'restricted', Policy: '{"allow":["/confab/roles/list"]}' };
    const { sid, secret } = Object((await post('/Keys', form)).json);
    return server.send('/v1/Users', { headers: { authorization: `Basic ${btoa(`${sid}:${secret}`)}` } });
  }

  async function tooOften(): Promise<Answer> {
    let answer = await server.send('/v1/Users');
    for (let at = 0; answer.status === 401 && at < 1000; at += 1) {
      answer = await server.send('/v1/Users', { headers: { authorization: `Basic ${btoa(`AC:${at}`)}` } });
    }
    return answer;
  }

  it.each(PROVOKED)('%i is answered with %i', async (code, status, parameter, provoke) => {
    const { json, headers } = await provoke();
    expect(json).toEqual({
      code,
      status,
      message: expect.stringMatching(/.{10}/),
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      ...(parameter !== undefined && { details: { parameter } }),
      ...(code === 70051 && { details: { permission: '/confab/users/list' } }),
    });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('every documented code is provoked, or it is said why none of them can be', () => {
    const provoked = PROVOKED.map(([code]) => code);
    const explained = Object.keys(NOT_OVER_REST).map(Number);
    expect([...provoked, ...explained].sort()).toEqual(DOCUMENTED.toSorted());
  });
});
