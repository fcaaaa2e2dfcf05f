import {
  addParticipant,
  type ConversationRow,
  findParticipant,
  listParticipants,
  type ParticipantRow,
  removeParticipant,
  updateParticipant,
} from '../domain/index.ts';
import { conversationAt } from './conversations.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { clearable, integer, sid, text, time } from './params.ts';
import { participantView } from './participant-view.ts';

/** REST API 9, "Participant". */
export const participantOperations = [
  serviceOperation({
    id: 'CreateConversationParticipant',
    method: 'POST',
    path: '/Conversations/{ConversationSid}/Participants',
    status: 201,
    params: {
      Identity: text,
      'MessagingBinding.Address': text,
      'MessagingBinding.ProxyAddress': text,
      'MessagingBinding.ProjectedAddress': text,
      Attributes: text,
      RoleSid: sid('RL'),
      DateCreated: time,
      DateUpdated: time,
    },
    unsupported: ['MessagingBinding.ProxyAddressFallback'],
    async handle(call, given) {
      const conversation = await conversationAt(call, 'ConversationSid');
      const row = await call.context.execute(addParticipant, call.actor, {
        service: call.service,
        conversation,
        identity: given.Identity,
        address: given['MessagingBinding.Address'],
        proxyAddress: given['MessagingBinding.ProxyAddress'],
        projectedAddress: given['MessagingBinding.ProjectedAddress'],
        attributes: given.Attributes,
        roleSid: given.RoleSid,
        createdAt: given.DateCreated,
        updatedAt: given.DateUpdated,
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
    params: {
      Attributes: text,
      RoleSid: sid('RL'),
      Identity: text,
      'MessagingBinding.ProxyAddress': text,
      'MessagingBinding.ProjectedAddress': text,
      LastReadMessageIndex: clearable(integer({ minimum: 0 })),
      LastReadTimestamp: time,
      DateCreated: time,
      DateUpdated: time,
    },
    async handle(call, given) {
      const { conversation, row } = await participantAt(call);
      const { LastReadMessageIndex: index, LastReadTimestamp: readAt } = given;
      const updated = await call.context.execute(updateParticipant, call.actor, {
        service: call.service,
        conversation,
        sidOrIdentity: row.sid,
        attributes: given.Attributes,
        roleSid: given.RoleSid,
        identity: given.Identity,
        proxyAddress: given['MessagingBinding.ProxyAddress'],
        projectedAddress: given['MessagingBinding.ProjectedAddress'],
        horizon: index === undefined && readAt === undefined ? undefined : { index, readAt },
        createdAt: given.DateCreated,
        updatedAt: given.DateUpdated,
      });
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
