import { describe, expect, test } from 'vitest';
import { AccessToken, AccessTokenError, createAccessToken, type Grant, type GrantOptions } from '../index.ts';
import { accountSid, apiKey, apiSecret, identity, NOW, serviceSid } from '../test-support/fixtures.ts';

const sid = (prefix: string) => `${prefix}${'0'.repeat(31)}1`;
const chat = { serviceSid, endpointId: 'phone', deploymentRoleSid: sid('RL'), pushCredentialSid: sid('CR') };
const chatClaim = {
  service_sid: serviceSid,
  endpoint_id: 'phone',
  deployment_role_sid: sid('RL'),
  push_credential_sid: sid('CR'),
};
const params = { to: 'alice', nested: { depth: [1] } };
const playerGrant = { requestCredentials: null, playbackUrl: 'https://example.com/', playerStreamerSid: sid('VJ') };

/** By the name in the plain-function form: the options with every member, the class, the key and claim in the token. */
const grants: [keyof GrantOptions, object, new (options: never) => Grant, string, object][] = [
  ['chat', chat, AccessToken.ChatGrant, 'chat', chatClaim],
  ['ipMessaging', chat, AccessToken.IpMessagingGrant, 'ip_messaging', chatClaim],
  [
    'dataSync',
    { serviceSid, endpointId: 'phone' },
    AccessToken.SyncGrant,
    'data_sync',
    { service_sid: serviceSid, endpoint_id: 'phone' },
  ],
  ['dataSync', { serviceSid: 'default' }, AccessToken.SyncGrant, 'data_sync', { service_sid: 'default' }],
  ['video', { room: 'attic' }, AccessToken.VideoGrant, 'video', { room: 'attic' }],
  ['video', {}, AccessToken.VideoGrant, 'video', {}],
  [
    'voice',
    {
      incomingAllow: true,
      outgoingApplicationSid: sid('AP'),
      outgoingApplicationParams: params,
      pushCredentialSid: sid('CR'),
      endpointId: 'phone',
    },
    AccessToken.VoiceGrant,
    'voice',
    {
      incoming: { allow: true },
      outgoing: { application_sid: sid('AP'), params },
      push_credential_sid: sid('CR'),
      endpoint_id: 'phone',
    },
  ],
  ['voice', { incomingAllow: false }, AccessToken.VoiceGrant, 'voice', {}],
  [
    'taskRouter',
    { workspaceSid: sid('WS'), workerSid: sid('WK'), role: 'worker' },
    AccessToken.TaskRouterGrant,
    'task_router',
    { workspace_sid: sid('WS'), worker_sid: sid('WK'), role: 'worker' },
  ],
  ['player', { grant: playerGrant }, AccessToken.PlaybackGrant, 'player', playerGrant],
  ['player', {}, AccessToken.PlaybackGrant, 'player', {}],
  [
    'rtc',
    { configurationProfileSid: sid('VS') },
    AccessToken.ConversationsGrant,
    'rtc',
    { configuration_profile_sid: sid('VS') },
  ],
];

function claimOf(grantOptions: object): Record<string, unknown> {
  const options = { accountSid, apiKey, apiSecret, identity, grants: grantOptions, now: NOW * 1000 };
  const token: string = Reflect.apply(createAccessToken, undefined, [options]);
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).grants;
}

describe.each(grants)('%s %j', (name, options, GrantClass, key, claim) => {
  test('is written by the plain-function form', () => {
    expect(claimOf({ [name]: options })).toEqual({ identity, [key]: claim });
  });

  test('is written by its class', () => {
    const grant = Reflect.construct(GrantClass, [options]);
    expect(grant).toBeInstanceOf(AccessToken.Grant);
    expect(grant).toMatchObject({ key, ...options });
    expect(JSON.parse(JSON.stringify(grant.toPayload()))).toEqual(claim);
  });

  test('leaves out members that are null or undefined', () => {
    for (const nothing of [null, undefined]) {
      const optional = Object.keys(options).filter((member) => member !== 'serviceSid');
      const empty = { ...options, ...Object.fromEntries(optional.map((member) => [member, nothing])) };
      const service = 'serviceSid' in options ? { service_sid: options.serviceSid } : {};
      expect(claimOf({ [name]: empty })).toEqual({ identity, [key]: service });
    }
  });

  test('is refused with a member of another kind', () => {
    for (const member of Object.keys(options)) {
      for (const wrong of member === 'grant' || member.endsWith('Params')
        ? [1, 'text', []]
        : [{}, 1, '', '\ud800', []]) {
        const bad = { [name]: { ...options, [member]: wrong } };
        const code = `invalid_${member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
        const error = expect.objectContaining({ name: 'AccessTokenError', code, argument: `grants.${name}.${member}` });
        expect(() => claimOf(bad), JSON.stringify(bad)).toThrow(error);
      }
    }
  });
});

test('several grants stand beside each other, in the order in which they were given', () => {
  const claim = claimOf({ video: {}, chat: { serviceSid }, voice: null, rtc: undefined });
  expect(JSON.stringify(claim)).toBe(JSON.stringify({ identity, video: {}, chat: { service_sid: serviceSid } }));
});

test('a SID of another kind, and a placeholder, are no SIDs of a service', () => {
  for (const wrong of [sid('CR'), 'ISxxxxxxxxxxxx', 'default']) {
    expect(() => claimOf({ chat: { serviceSid: wrong } })).toThrow(AccessTokenError);
  }
});
