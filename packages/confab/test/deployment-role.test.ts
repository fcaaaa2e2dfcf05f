import twilio from 'twilio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, connectWith } from '../../../conformance/support/sdk.ts';
import { type Confab, startConfab } from '../src/index.ts';
import { clientFor } from './support/rest-server.ts';

let confab: Confab;
let rest: twilio.Twilio;
let guest: string;
const clients: Client[] = [];
beforeAll(async () => {
  confab = await startConfab();
  rest = clientFor(confab.url, confab.accountSid, confab.authToken);
  const role = { friendlyName: 'guest', type: 'service', permission: ['joinConversation'] } as const;
  guest = (await rest.conversations.v1.roles.create({ ...role, permission: [...role.permission] })).sid;
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.shutdown()));
  await confab?.stop();
});

async function connect(identity: string, deploymentRoleSid: string): Promise<Client> {
  const { AccessToken } = twilio.jwt;
  const token = new AccessToken(confab.accountSid, confab.apiKey, confab.apiSecret, { identity });
  token.addGrant(new AccessToken.ChatGrant({ serviceSid: confab.chatServiceSid, deploymentRoleSid }));
  const client = await connectWith(token.toJwt(), confab.socketUrl);
  clients.push(client);
  return client;
}

const roleOf = async (identity: string) => (await rest.conversations.v1.users(identity).fetch()).roleSid;
const roleNamed = async (name: string) =>
  (await rest.conversations.v1.roles.list()).find(({ friendlyName }) => friendlyName === name)?.sid ?? '';
const forbidden = { status: 403, body: { code: 50107 } };

describe('the deployment_role_sid of a token', () => {
  test('is the role of a user who is made by the connection, and decides what the SDK may do', async () => {
    const client = await connect('ada', guest);
    expect(await roleOf('ada')).toBe(guest);
    await expect(client.createConversation()).rejects.toMatchObject(forbidden);
  });

  test('changes nothing for a user who is there already', async () => {
    await rest.conversations.v1.users.create({ identity: 'ben', roleSid: guest });
    const client = await connect('ben', await roleNamed('service admin'));
    expect(await roleOf('ben')).toBe(guest);
    await expect(client.createConversation()).rejects.toMatchObject(forbidden);
  });

  test.each([
    ['a role of conversations', () => roleNamed('channel admin')],
    ['an unknown role', async () => `RL${'0'.repeat(32)}`],
    [
      'a role of another service',
      async () => {
        const { sid } = await rest.conversations.v1.services.create({ friendlyName: 'other' });
        const roles = await rest.conversations.v1.services(sid).roles.list();
        return roles.find(({ friendlyName }) => friendlyName === 'service admin')?.sid ?? '';
      },
    ],
  ])('is ignored when it names %s: the user gets the default role', async (name, sid) => {
    await connect(name, await sid());
    expect(await roleOf(name)).toBe(await roleNamed('service user'));
  });
});

test('another role reaches an open socket at once, both ways', async () => {
  const client = await connect('eve', guest);
  await rest.conversations.v1.users('eve').update({ roleSid: await roleNamed('service admin') });
  expect((await client.createConversation({ friendlyName: 'Now' })).friendlyName).toBe('Now');
  await rest.conversations.v1.users('eve').update({ roleSid: guest });
  await expect(client.createConversation()).rejects.toMatchObject(forbidden);
});
