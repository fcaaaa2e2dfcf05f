import { expect, test } from 'vitest';
import { CLIENT, startTestServer, statusOf } from './support.ts';

const server = await startTestServer();

test.each(['browser', 'mobile'] as const)('a %s client logs in, asks, and is answered', async (dialect) => {
  const client = await server.open({ dialect });
  const reply = await client.init(await server.token('alice é 😀'));
  expect(statusOf(reply.header)).toBe(200);
  const made = await client.request('POST', `${CLIENT}/Conversations`, {
    friendly_name: 'Ümläut 😀',
    attributes: '{}',
  });
  expect(made).toMatchObject({ status: 201, body: { friendly_name: 'Ümläut 😀' } });
});
