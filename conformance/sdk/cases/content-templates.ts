import { expect } from 'vitest';
import type { Client, Message } from '../../support/sdk.ts';
import { eventually, heard } from '../heard.ts';
import type { Stage } from '../stage.ts';
import type { Case } from './case.ts';

const VARIANTS = {
  'twilio/text': { body: 'Coming, {{1}}?' },
  'twilio/quick-reply': { body: 'Coming to {{2}}, {{1}}?', actions: [{ type: 'QUICK_REPLY', title: 'Yes, {{1}}' }] },
};

/** Templates: the method of Client. */
export const templateMethods: Record<string, Case> = {
  async getContentTemplates(stage) {
    const template = await madeTemplate(stage, 'listed', stage.bob);
    expect(template).toMatchObject({ friendlyName: 'listed', dateCreated: expect.any(Date) });
    expect(template.variables.map(({ name, value }) => [name, value])).toEqual([
      ['1', 'you'],
      ['2', 'us'],
    ]);
    expect(template.variants.get('twilio/quick-reply')).toMatchObject({
      type: 'quickReply',
      body: 'Coming to {{2}}, {{1}}?',
    });
  },
};

/** The method of MessageBuilder. */
export const builderTemplateMethods: Record<string, Case> = {
  async setContentTemplate(stage) {
    const { alices, bobs } = await stage.room();
    const { sid, variables } = await madeTemplate(stage, 'sent', stage.alice);
    const came = heard<Message>(bobs, 'messageAdded');
    const builder = alices.prepareMessage().setBody('is not looked at');
    expect(
      builder.setContentTemplate(
        sid,
        [variables[0]?.copyWithValue('Zoë')].flatMap((one) => one ?? []),
      ),
    ).toBe(builder);
    await builder.build().send();
    expect(await came).toMatchObject({ contentSid: sid, body: 'Coming, Zoë?', author: 'alice' });
  },
};

/** The method of Message. */
export const messageTemplateMethods: Record<string, Case> = {
  async getContentData(stage) {
    const { alices, bobs } = await stage.room();
    const { sid } = await madeTemplate(stage, 'read', stage.alice);
    const came = heard<Message>(bobs, 'messageAdded');
    await alices.prepareMessage().setContentTemplate(sid).build().send();
    const content = await (await came).getContentData();
    expect(content).toMatchObject({
      type: 'quickReply',
      body: 'Coming to us, you?',
      replies: [{ title: 'Yes, you' }],
    });
    const plain = heard<Message>(bobs, 'messageAdded');
    await alices.sendMessage('no template');
    expect(await (await plain).getContentData()).toBeNull();
  },
};

async function madeTemplate({ confab }: Stage, name: string, client: Client) {
  const answer = await fetch(`${confab.url}/v1/Content`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${confab.accountSid}:${confab.authToken}`)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ friendly_name: name, language: 'en', variables: { 1: 'you', 2: 'us' }, types: VARIANTS }),
  });
  expect(answer.status).toBe(201);
  const { sid } = (await answer.json()) as { sid: string };
  const find = async () => (await client.getContentTemplates()).find((one) => one.sid === sid);
  // The SDK keeps the list for some seconds.
  await eventually(async () => (await find()) !== undefined, true);
  const template = await find();
  if (template === undefined) throw new Error('The template is not listed.');
  return template;
}
