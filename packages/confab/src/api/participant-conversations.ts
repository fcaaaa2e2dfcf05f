import {
  invalidParameter,
  type KeysetRange,
  listParticipantConversations,
  messagingBinding,
  type ParticipantConversation,
} from '../domain/index.ts';
import { timersView } from './conversation-view.ts';
import { isoSeconds } from './dates.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { text } from './params.ts';

/** REST API 9, "Participant conversation". */
export const participantConversationOperations = [
  serviceOperation({
    id: 'ListParticipantConversation',
    method: 'GET',
    path: '/ParticipantConversations',
    status: 200,
    params: { ...PAGE_PARAMS, Identity: text, Address: text },
    handle(call, given) {
      const { read, limits } = call.context;
      const who = whoOf(given.Identity, given.Address);
      return page(given, limits, {
        key: 'conversations',
        url: `${call.base}/ParticipantConversations`,
        filters: { Identity: given.Identity, Address: given.Address },
        order: 'asc',
        maximum: 50,
        keyTypes: ['string', 'number'],
        rows: (range: KeysetRange) => listParticipantConversations(read, call.service.id, who, range),
        keyOf: ({ conversation, participant }) => [conversation.sid, participant.id],
        view: (row) => participantConversationView(call, row),
      });
    },
  }),
];

/** Exactly one of the two (lifecycle 7). */
function whoOf(identity = '', address = ''): { identity: string } | { address: string } {
  if ((identity === '') === (address === '')) throw invalidParameter('Give either Identity or Address.', 'Identity');
  for (const value of [identity, address]) {
    if (value.includes('\0'))
      throw invalidParameter('Identity and Address must not contain the NUL character (U+0000).');
  }
  return address === '' ? { identity } : { address };
}

function participantConversationView(
  { base, service }: ServiceCall,
  { conversation, participant }: ParticipantConversation,
) {
  const url = `${base}/Conversations/${conversation.sid}`;
  return {
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    participant_sid: participant.sid,
    participant_user_sid: participant.user_sid,
    participant_identity: participant.identity,
    participant_messaging_binding: messagingBinding(participant),
    conversation_sid: conversation.sid,
    conversation_unique_name: conversation.unique_name,
    conversation_friendly_name: conversation.friendly_name,
    conversation_attributes: conversation.attributes,
    conversation_date_created: isoSeconds(conversation.created_at),
    conversation_date_updated: isoSeconds(conversation.updated_at),
    conversation_created_by: conversation.created_by,
    conversation_state: conversation.state,
    conversation_timers: timersView(conversation),
    links: { participant: `${url}/Participants/${participant.sid}`, conversation: url },
  };
}
