import twilio from 'twilio';
import { expect, test } from 'vitest';
import { startConfab } from '../packages/confab/src/index.ts';
import { createDatabase } from '../packages/confab/test/support/postgres.ts';
import { onEachEngine } from '../packages/confab/test/support/store.ts';
import { connect, SDKS } from './support/sdk.ts';

const [sdk] = SDKS;

onEachEngine('content templates', (engine) => {
  test('are made with the official helper, listed by the SDK page by page, and sent', async () => {
    const database = engine === 'postgres' ? await createDatabase() : undefined;
    const confab = await startConfab({
      limitOverrides: { pageSizeMaximum: 2 },
      ...(database !== undefined && { databaseUrl: database.url }),
    });
    const { content, conversations } = twilio(confab.accountSid, confab.authToken);
    for (const api of [content, conversations]) api.baseUrl = confab.url;
    const { contents } = content.v1;
    const quickReply = { body: 'Coming, {{1}}?', actions: [{ type: 'QUICK_REPLY', title: 'Yes', id: 'yes' }] };
    const made = await contents.create({
      friendly_name: 'invitation',
      language: 'en',
      variables: { '1': 'Ada' },
      types: { 'twilio/text': { body: 'Hello {{1}}' }, 'twilio/quick-reply': quickReply },
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

    const { sid } = await conversations.v1.conversations.create({});
    const { messages, participants } = conversations.v1.conversations(sid);
    await participants.create({ identity: 'alice' });
    const contentSid = made.sid;
    const body = 'not looked at';
    const contentVariables = '{"1":"Zoë \\"Z\\" {{2}}"}';
    const sent = await messages.create({ author: 'desk', body, contentSid, contentVariables });
    expect(sent).toMatchObject({ contentSid, body: 'Hello Zoë "Z" {{2}}', author: 'desk' });
    expect(sent.media).toMatchObject([{ content_type: 'application/x-vnd.com.twilio.rich.twilio.quick-reply' }]);
    for (const [wrong, code] of [
      [{ contentSid: `HX${'0'.repeat(32)}` }, 21655],
      [{ contentSid, contentVariables: 'Ada' }, 21656],
      [{ contentSid, contentVariables: '{"1":2}' }, 21656],
      [{ contentSid, contentVariables: '{"1":""}' }, 21656],
      [{ body, contentVariables: '{}' }, 21654],
    ] as const) {
      await expect(messages.create(wrong)).rejects.toMatchObject({ status: 400, code });
    }
    const [seen] = (await (await alice.getConversationBySid(sid)).getMessages()).items;
    expect(seen).toMatchObject({ contentSid, index: 0, body: sent.body });

    expect(await contents(made.sid).remove()).toBe(true);
    // What was sent stays.
    expect(await messages(sent.sid).fetch()).toMatchObject({ contentSid });
    expect(await seen?.getContentData()).toMatchObject({ type: 'quickReply', body: 'Coming, Zoë "Z" {{2}}?' });
    await messages(sent.sid).remove();
    await expect(Promise.resolve(seen?.getContentData())).rejects.toMatchObject({ code: 404 });
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
