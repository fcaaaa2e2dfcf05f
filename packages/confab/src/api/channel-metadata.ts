import { channelMetadataOf, type MessageRow, setChannelMetadata } from '../domain/index.ts';
import { messageAt } from './message-at.ts';
import { serviceOperation } from './operation.ts';
import { described, required, text } from './params.ts';

const PATH = '/Conversations/{ConversationSid}/Messages/{MessageSid}/ChannelMetadata';

/** What a channel says of a message, for the SDK's `getChannelMetadata`: set by an operator's gateway. Not of the original service. */
export const channelMetadataOperations = [
  serviceOperation({
    id: 'FetchConversationMessageChannelMetadata',
    root: '/confab/v1',
    method: 'GET',
    path: PATH,
    status: 200,
    params: {},
    async handle(call) {
      const { row } = await messageAt(call, 'MessageSid');
      const view = metadataView(row);
      if (view === undefined) throw call.notFound();
      return view;
    },
  }),
  serviceOperation({
    id: 'UpdateConversationMessageChannelMetadata',
    root: '/confab/v1',
    method: 'POST',
    path: PATH,
    status: 200,
    params: {
      Type: described('Such as `whatsapp`', required(text)),
      Data: described('A JSON object, as text', required(text)),
    },
    async handle(call, { Type: type, Data: data }) {
      const { conversation, row } = await messageAt(call, 'MessageSid');
      const { service } = call;
      const input = { service, conversation, messageSid: row.sid, type, data };
      return metadataView(await call.context.execute(setChannelMetadata, call.actor, input));
    },
  }),
];

function metadataView(row: MessageRow) {
  const metadata = channelMetadataOf(row);
  return metadata && { message_sid: row.sid, ...metadata };
}
