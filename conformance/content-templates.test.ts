import twilio from 'twilio';
import { expect, test } from 'vitest';
import { startConfab } from '../packages/confab/src/index.ts';
import { createDatabase } from '../packages/confab/test/support/postgres.ts';
import { onEachEngine } from '../packages/confab/test/support/store.ts';
import { connect, SDKS } from './support/sdk.ts';

const [sdk] = SDKS;

onEachEngine('content templates', (engine) => {
  test('are made with the official helper, and listed by the SDK, page by page', async () => {
    const database = engine === 'postgres' ? await createDatabase() : undefined;
    const confab = await startConfab({
      limitOverrides: { pageSizeMaximum: 2 },
      ...(database !== undefined && { databaseUrl: database.url }),
    });
    const { content } = twilio(confab.accountSid, confab.authToken);
    content.baseUrl = confab.url;
    const { contents } = content.v1;
    const quickReply = { body: 'Coming, {{1}}?', actions: [{ type: 'QUICK_REPLY', title: 'Yes', id: 'yes' }] };
    const made = await contents.create({
      friendly_name: 'invitation',
      language: 'en',
      variables: { '1': 'Ada' },
      types: { 'twilio/quick-reply': quickReply, 'twilio/text': { body: 'Hello' } },
    } as never);
    expect(made).toMatchObject({ friendlyName: 'invitation', language: 'en', variables: { '1': 'Ada' } });
    expect(await contents(made.sid).fetch()).toMatchObject({ types: { 'twilio/quick-reply': quickReply } });
    for (const name of ['two', 'three']) {
      await contents.create({ friendlyName: name, language: 'de', types: { 'twilio/text': { body: name } } } as never);
    }
    expect((await contents.list()).map(({ friendlyName }) => friendlyName)).toEqual(['invitation', 'two', 'three']);

    const alice = await connect(sdk, confab, 'alice');
    const templates = await alice.getContentTemplates();
    expect(templates.map(({ friendlyName }) => friendlyName)).toEqual(['invitation', 'two', 'three']);
    expect(templates[0]).toMatchObject({ sid: made.sid, variables: [{ name: '1', value: 'Ada' }] });
    expect(templates[0]?.variants.get('twilio/quick-reply')).toMatchObject({
      type: 'quickReply',
      body: 'Coming, {{1}}?',
      replies: [{ title: 'Yes', id: 'yes' }],
    });

    expect(await contents(made.sid).remove()).toBe(true);
    await expect(contents(made.sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
    const bad = [{ types: {} }, { types: { text: { body: 'x' } } }, { types: { 'twilio/call-to-action': {} } }, {}];
    for (const input of bad) {
      await expect(contents.create(input as never)).rejects.toMatchObject({ status: 400, code: 20001 });
    }
    await alice.shutdown();
    await confab.stop();
    await database?.drop();
  });
});
