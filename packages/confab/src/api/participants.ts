import {
  addParticipant,
  type ConversationRow,
  findParticipant,
  listParticipants,
  type ParticipantRow,
  removeParticipant,
} from '../domain/index.ts';
import { conversationAt } from './conversations.ts';
import { isoSeconds } from './dates.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { sid, text } from './params.ts';

/** REST API 9, "Participant". */
export const participantOperations = [
  serviceOperation({
    id: 'CreateConversationParticipant',
    method: 'POST',
    path: '/Conversations/{ConversationSid}/Participants',
    status: 201,
    params: { Identity: text, Attributes: text, RoleSid: sid('RL') },
    unsupported: [
      'MessagingBinding.Address',
      'MessagingBinding.ProxyAddress',
      'MessagingBinding.ProxyAddressFallback',
      'MessagingBinding.ProjectedAddress',
      'DateCreated',
      'DateUpdated',
    ],
    async handle(call, { Identity = '', Attributes, RoleSid }) {
      const conversation = await conversationAt(call, 'ConversationSid');
      const row = await call.context.execute(addParticipant, call.actor, {
        service: call.service,
        conversation,
        identity: Identity,
        attributes: Attributes,
        roleSid: RoleSid,
        joinPolicy: call.context.joinPolicy,
      });
      return participantView(call, conversation, row);
    },
  }),
  serviceOperation({
    id: 'ListConversationParticipant',
    method: 'GET',
    path: '/Conversations/{ConversationSid}/Participants',
    status: 200,
    params: PAGE_PARAMS,
    async handle(call, given) {
      const { read, limits } = call.context;
      const conversation = await conversationAt(call, 'ConversationSid');
      return page(given, limits, {
        key: 'participants',
        url: `${call.base}/Conversations/${conversation.sid}/Participants`,
        order: 'asc',
        rows: (range) => listParticipants(read, conversation.id, range),
        keyOf: (row) => row.id,
        view: (row) => participantView(call, conversation, row),
      });
    },
  }),
  serviceOperation({
    id: 'FetchConversationParticipant',
    method: 'GET',
    path: '/Conversations/{ConversationSid}/Participants/{Sid}',
    status: 200,
    params: {},
    async handle(call) {
      const { conversation, row } = await participantAt(call);
      return participantView(call, conversation, row);
    },
  }),
  serviceOperation({
    id: 'DeleteConversationParticipant',
    method: 'DELETE',
    path: '/Conversations/{ConversationSid}/Participants/{Sid}',
    status: 204,
    params: {},
    async handle(call) {
      const { conversation, row } = await participantAt(call);
      await call.context.execute(removeParticipant, call.actor, {
        service: call.service,
        conversation,
        sidOrIdentity: row.sid,
      });
    },
  }),
];

/** The participant that the path names by SID or identity (lifecycle 5). */
async function participantAt(call: ServiceCall): Promise<{ conversation: ConversationRow; row: ParticipantRow }> {
  const conversation = await conversationAt(call, 'ConversationSid');
  const row = await findParticipant(call.context.read, conversation.id, call.path('Sid'));
  if (row === undefined) throw call.notFound();
  return { conversation, row };
}

function participantView({ base, service, form }: ServiceCall, conversation: ConversationRow, row: ParticipantRow) {
  return {
    account_sid: service.account_sid,
    // Absent in the short form (REST API 9): JSON leaves out what is undefined.
    chat_service_sid: form === 'service' ? service.sid : undefined,
    conversation_sid: conversation.sid,
    sid: row.sid,
    identity: row.identity,
    attributes: row.attributes,
    messaging_binding: null,
    role_sid: row.role_sid,
    date_created: isoSeconds(row.created_at),
    date_updated: isoSeconds(row.updated_at),
    url: `${base}/Conversations/${conversation.sid}/Participants/${row.sid}`,
    last_read_message_index: row.last_read_message_index,
    last_read_timestamp: row.last_read_at === null ? null : isoSeconds(row.last_read_at),
  };
}
