import type { ClassCases } from './case.ts';
import { conversationEvents, conversationMethods } from './client-conversations.ts';
import { pushEvents, pushMethods } from './client-push.ts';
import { sessionEvents, sessionMethods } from './client-session.ts';
import { userEvents, userMethods } from './client-users.ts';
import { templateMethods } from './content-templates.ts';
import { clientMediaMethods } from './media.ts';
import { typingEvents } from './typing.ts';

export const clientCases: ClassCases = {
  className: 'Client',
  methods: {
    ...sessionMethods,
    ...conversationMethods,
    ...userMethods,
    ...pushMethods,
    ...clientMediaMethods,
    ...templateMethods,
  },
  events: {
    ...sessionEvents,
    ...conversationEvents,
    ...userEvents,
    ...pushEvents,
    ...typingEvents(async ({ bob }) => bob),
  },
};
