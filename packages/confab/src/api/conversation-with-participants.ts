import { createConversationWithParticipants } from '../domain/index.ts';
import { CONVERSATION_PARAMS, conversationInput } from './conversation-params.ts';
import { conversationView } from './conversation-view.ts';
import { joiningParticipant } from './joining-participant.ts';
import { serviceOperation } from './operation.ts';
import { listOf } from './params.ts';
import { jsonObject } from './text-params.ts';

/** REST API 9, "Conversation with participants". */
export const conversationWithParticipantsOperations = [
  serviceOperation({
    id: 'CreateConversationWithParticipants',
    method: 'POST',
    path: '/ConversationWithParticipants',
    status: 201,
    otherStatus: 202,
    params: { ...CONVERSATION_PARAMS, Participant: listOf(jsonObject) },
    async handle(call, { Participant = [], ...given }) {
      const participants = Participant.map(joiningParticipant);
      // They are added after the answer, in which the conversation is `initializing` (lifecycle 5).
      if (participants.length > 0) call.answerWith(202);
      const input = { service: call.service, participants, ...conversationInput(given) };
      const row = await call.context.execute(createConversationWithParticipants, call.actor, input);
      call.context.wakeTimers();
      return conversationView(call, row);
    },
  }),
];
