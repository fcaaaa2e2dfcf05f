import { expect } from 'vitest';
import type { Message } from '../../support/sdk.ts';
import { heard } from '../heard.ts';
import type { ClassCases } from './case.ts';

export const unsentMessageCases: ClassCases = {
  className: 'UnsentMessage',
  methods: {
    async send({ room }) {
      const { alices, bobs } = await room();
      const unsent = alices.prepareMessage().setBody('kept for later').setAttributes({ n: 1 }).build();
      await alices.sendMessage('in between');
      const came = heard<Message>(bobs, 'messageAdded', ({ index }) => index === 1);
      expect(await unsent.send()).toBe(1);
      expect(await came).toMatchObject({ body: 'kept for later', attributes: { n: 1 }, author: 'alice' });
    },
  },
  events: {},
};
