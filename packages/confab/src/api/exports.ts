import { beginPersonExport, exportConversation, exportPerson } from '../domain/index.ts';
import { conversationAt } from './conversations.ts';
import { personOf } from './erasures.ts';
import { jsonLines } from './json-lines.ts';
import { mainServiceOperation, serviceOperation } from './operation.ts';
import { text } from './params.ts';

/** What is stored, taken out as JSON lines. Not of the original service. */
export const exportOperations = [
  mainServiceOperation({
    id: 'FetchPersonExport',
    root: '/confab/v1',
    method: 'GET',
    path: '/PersonExport',
    status: 200,
    params: { Identity: text, Address: text },
    async handle(call, given) {
      const { service } = call;
      const { execute, secretBox, read } = call.context;
      const person = { service, ...personOf(given) };
      await execute(beginPersonExport, call.actor, { secretBox, ...person });
      return jsonLines(exportPerson(read, person));
    },
  }),
  serviceOperation({
    id: 'FetchConversationExport',
    root: '/confab/v1',
    method: 'GET',
    path: '/Conversations/{ConversationSid}/Export',
    status: 200,
    params: {},
    async handle(call) {
      const conversation = await conversationAt(call, 'ConversationSid');
      return jsonLines(exportConversation(call.context.read, conversation));
    },
  }),
];
