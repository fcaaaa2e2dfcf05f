import { expect } from 'vitest';
import type { Message } from '../../support/sdk.ts';
import { heard } from '../heard.ts';
import type { ClassCases } from './case.ts';
import { builderTemplateMethods } from './content-templates.ts';
import { builderMediaMethods } from './media.ts';

export const messageBuilderCases: ClassCases = {
  className: 'MessageBuilder',
  methods: {
    ...builderMediaMethods,

    ...builderTemplateMethods,

    async setBody({ room }) {
      const { alices, bobs } = await room();
      const came = heard<Message>(bobs, 'messageAdded');
      const builder = alices.prepareMessage();
      expect(builder.setBody('built')).toBe(builder);
      await builder.build().send();
      expect(await came).toMatchObject({ body: 'built', subject: null, attributes: {} });
    },

    async setSubject({ room }) {
      const { alices, bobs } = await room();
      const came = heard<Message>(bobs, 'messageAdded');
      await alices.prepareMessage().setBody('built').setSubject('Über').build().send();
      expect(await came).toMatchObject({ body: 'built', subject: 'Über' });
    },

    async setAttributes({ room }) {
      const { alices, bobs } = await room();
      const came = heard<Message>(bobs, 'messageAdded');
      await alices
        .prepareMessage()
        .setBody('built')
        .setAttributes({ list: [1, null, 'ü'] })
        .build()
        .send();
      expect(await came).toMatchObject({ attributes: { list: [1, null, 'ü'] } });
    },

    async build({ room, sdk }) {
      const { alices } = await room();
      const message = alices.prepareMessage().setBody('built').setSubject('S').setAttributes({ a: 1 }).build();
      expect(message).toBeInstanceOf(sdk.library.UnsentMessage);
      expect(message).toMatchObject({ text: 'built', attributes: { a: 1 }, emailOptions: { subject: 'S' } });
      expect(await alices.getMessagesCount()).toBe(0);
    },

    async buildAndSend({ room }) {
      const { alices, bobs } = await room();
      const came = heard<Message>(bobs, 'messageAdded');
      expect(await alices.prepareMessage().setBody('at once').buildAndSend()).toBe(0);
      expect(await came).toMatchObject({ body: 'at once', index: 0 });
    },
  },
  events: {},
};
