import { expect, test } from 'vitest';
import { textAt } from '../support/raw-frames.ts';
import { startTestServer, statusOf } from './support.ts';
import { tokenMaker } from './tokens.ts';

const server = await startTestServer();

test('a session stands under the key of the token that it was renewed with', async () => {
  const { body: key } = await server.rest('POST', '/v1/Keys', { AccountSid: server.accountSid });
  const [apiKey, apiSecret] = [textAt(key, 'sid'), textAt(key, 'secret')];
  const now = () => Math.floor(Date.now() / 1000);
  const client = await server.login('alice');
  const token = tokenMaker({ ...server, apiKey, apiSecret }, now)('alice');
  expect(statusOf((await client.exchange({ method: 'update', token })).header)).toBe(200);

  const { body } = await server.rest('GET', `/confab/v1/Sessions?ApiKeySid=${apiKey}`);
  expect(body).toMatchObject({ total: 1 });
  expect((await server.rest('DELETE', `/v1/Keys/${apiKey}`)).status).toBe(204);
  await client.closed;
});
