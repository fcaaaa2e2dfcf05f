import { expect, test } from 'vitest';
import { textAt } from '../support/raw-frames.ts';
import { startTestServer, statusOf } from './support.ts';
import { tokenMaker } from './tokens.ts';

const server = await startTestServer();

/** A subaccount with a client on a connection, and what sets the status of an account. */
async function connected() {
  const { body: account } = await server.rest('POST', '/2010-04-01/Accounts.json', {});
  const accountSid = textAt(account, 'sid');
  const { body: key } = await server.rest('POST', `/2010-04-01/Accounts/${accountSid}/Keys.json`, {});
  const authorization = `Basic ${Buffer.from(`${accountSid}:${textAt(account, 'auth_token')}`).toString('base64')}`;
  const services = await (await fetch(`${server.url}/v1/Services`, { headers: { authorization } })).json();
  const issuer = {
    accountSid,
    apiKey: textAt(key, 'sid'),
    apiSecret: textAt(key, 'secret'),
    chatServiceSid: textAt(Object(services).services[0], 'sid'),
  };
  const token = tokenMaker(issuer, () => Math.floor(Date.now() / 1000))('ada');
  const client = await server.open();
  expect(statusOf((await client.init(token)).header)).toBe(200);
  return { accountSid, token, client };
}

const setStatus = (sid: string, Status: string) => server.rest('POST', `/2010-04-01/Accounts/${sid}.json`, { Status });
const refused = { header: { status: { code: 401, errorCode: 20103 } } };

test.each(['suspended', 'closed'])(
  'a subaccount that is %s loses its connections, and its owner does not',
  async (status) => {
    const { accountSid, client, token } = await connected();
    const ofOwner = await server.login('bob');
    expect(await setStatus(accountSid, status)).toMatchObject({ status: 200 });
    await client.closed;
    expect(await (await server.open()).init(token)).toMatchObject(refused);
    expect(statusOf((await ofOwner.exchange({ method: 'ping' })).header)).toBe(200);
  },
);

test('with its owner, a subaccount loses its connections', async () => {
  const { client, token } = await connected();
  expect(await setStatus(server.accountSid, 'suspended')).toMatchObject({ status: 200 });
  await client.closed;
  expect(await (await server.open()).init(token)).toMatchObject(refused);
});
