import {
  addParticipant,
  type ConversationRow,
  findParticipant,
  listParticipants,
  type ParticipantRow,
  removeParticipant,
  setReadHorizon,
  updateParticipant,
  updateParticipantAndHorizon,
} from '../domain/index.ts';
import { conversationAt } from './conversations.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { clearable, integer, sid, text } from './params.ts';
import { participantView } from './participant-view.ts';

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
    id: 'UpdateConversationParticipant',
    method: 'POST',
    path: '/Conversations/{ConversationSid}/Participants/{Sid}',
    status: 200,
    params: { Attributes: text, RoleSid: sid('RL'), LastReadMessageIndex: clearable(integer({ minimum: 0 })) },
    unsupported: [
      'DateCreated',
      'DateUpdated',
      'Identity',
      'LastReadTimestamp',
      'MessagingBinding.ProxyAddress',
      'MessagingBinding.ProjectedAddress',
    ],
    async handle(call, { Attributes: attributes, RoleSid: roleSid, LastReadMessageIndex: index }) {
      const { conversation, row } = await participantAt(call);
      const { execute } = call.context;
      const update = { service: call.service, conversation, sidOrIdentity: row.sid, attributes, roleSid };
      if (index === undefined) {
        return participantView(call, conversation, await execute(updateParticipant, call.actor, update));
      }
      const horizon = { service: call.service, conversation, userId: row.user_id, index };
      const updated =
        attributes === undefined && roleSid === undefined
          ? await execute(setReadHorizon, call.actor, horizon)
          : await execute(updateParticipantAndHorizon, call.actor, { update, horizon });
      return participantView(call, conversation, updated);
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
