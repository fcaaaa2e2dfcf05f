import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Confab, startConfab } from '../packages/confab/src/index.ts';
import { needsPythonHelper, runPython } from './support/python.ts';
import { restClient } from './support/rest.ts';
import { SDKS } from './support/sdk.ts';

const MESSAGES = 1000;
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

interface Told {
  conversation: string;
  date_created: string;
  participant: string;
  message: string;
  indexes: number[];
  descending: number[];
  refusal: unknown;
  token: string;
}

describe('the Python helper', needsPythonHelper, () => {
  let confab: Confab;
  let told: Told;
  beforeAll(async () => {
    confab = await startConfab();
    const rest = restClient(confab);
    const { sid } = await rest('POST', 'Conversations', { UniqueName: 'long' });
    for (const start of upTo(MESSAGES / 50)) {
      await Promise.all(
        upTo(50).map((n) => rest('POST', `Conversations/${sid}/Messages`, { Body: `${start * 50 + n}` })),
      );
    }
    told = (await runPython('helper.py', {
      BASE_URL: confab.url,
      ACCOUNT_SID: confab.accountSid,
      AUTH_TOKEN: confab.authToken,
      API_KEY: confab.apiKey,
      API_SECRET: confab.apiSecret,
      CHAT_SERVICE_SID: confab.chatServiceSid,
    })) as Told;
  });
  afterAll(() => confab?.stop());

  it('creates a conversation, adds somebody and sends', () => {
    expect(told).toMatchObject({
      conversation: expect.stringMatching(/^CH[0-9a-f]{32}$/),
      date_created: expect.stringMatching(/\+00:00$/),
      participant: 'guido',
      message: 'Grüße 🐍',
    });
  });

  it(`pages through ${MESSAGES} messages, and back from the end`, () => {
    expect(told.indexes).toEqual(upTo(MESSAGES));
    expect(told.descending).toEqual(upTo(MESSAGES).reverse().slice(0, 150));
  });

  it('raises its own exception, with status and code', () => {
    expect(told.refusal).toMatchObject({ status: 409, code: 50353 });
  });

  it('mints a token that the browser SDK connects with', async () => {
    const [sdk] = SDKS;
    const client = sdk.connect(told.token, confab.socketUrl);
    await new Promise<void>((resolve, reject) => {
      client.on('initialized', resolve);
      client.on('initFailed', ({ error }) => reject(new Error(JSON.stringify(error))));
    });
    const conversation = await client.getConversationBySid(told.conversation);
    const { items } = await conversation.getMessages();
    expect(items.map(({ author, body }) => ({ author, body }))).toEqual([{ author: 'guido', body: 'Grüße 🐍' }]);
    await client.shutdown();
  });
});
