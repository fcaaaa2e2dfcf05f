import { expect, it, onTestFinished } from 'vitest';
import { type RestServerOptions, startRestServer } from './support/rest-server.ts';

async function start(limitOverrides: NonNullable<RestServerOptions['config']>['limitOverrides']) {
  const server = await startRestServer({ config: { limitOverrides } });
  onTestFinished(() => server.stop());
  return server;
}

it('over the rate, a change is refused with 429 and the time to wait, and was not made', async () => {
  const server = await start({ conversationChangesPerSecond: 1 });
  const { sid } = await server.client.conversations.v1.conversations.create();
  const path = `/v1/Conversations/${sid}/Messages`;
  const answers = await Promise.all(Array.from({ length: 40 }, () => server.sendAs(path, { form: { Body: 'x' } })));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  for (const { headers, json } of refused) {
    expect(headers['retry-after']).toBe('1');
    expect(json).toEqual({
      code: 20429,
      message: 'Too Many Requests',
      more_info: 'https://www.twilio.com/docs/errors/20429',
      status: 429,
    });
  }
  const made = answers.filter(({ status }) => status === 201).length;
  expect(made + refused.length).toBe(40);
  // Reads are not counted.
  const reads = await Promise.all(Array.from({ length: 20 }, () => server.sendAs(path)));
  expect(new Set(reads.map(({ status }) => status))).toEqual(new Set([200]));
  expect(reads[0]?.json).toMatchObject({ messages: Array(made).fill({ body: 'x' }) });
});

it('too many different wrong credentials are refused unseen, but not those that were right', async () => {
  const server = await start({ failedLoginsPerMinute: 3 });
  const guess = (n: number) => {
    const authorization = `Basic ${btoa(`${server.accountSid}:guess-${n}`)}`;
    return server.send('/v1/Conversations', { headers: { authorization } });
  };
  expect(await server.sendAs('/v1/Conversations')).toMatchObject({ status: 200 });
  const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => guess(n)));
  const statuses = answers.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  const refused = answers.find(({ status }) => status === 429);
  expect(refused).toMatchObject({ json: { code: 20429 } });
  expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
  expect(await server.sendAs('/v1/Conversations')).toMatchObject({ status: 200 });
  const key = `Basic ${btoa(`${server.apiKey}:${server.apiSecret}`)}`;
  expect(await server.send('/v1/Conversations', { headers: { authorization: key } })).toMatchObject({ status: 429 });

  const { text } = await server.sendAs('/metrics');
  const count = (reason: string) =>
    Number(new RegExp(`failed_logins_total{reason="${reason}"} (\\d+)`).exec(text)?.[1]);
  expect(count('wrong')).toBe(statuses.filter((status) => status === 401).length);
  expect(count('too_many')).toBe(statuses.filter((status) => status === 429).length + 1);
});
