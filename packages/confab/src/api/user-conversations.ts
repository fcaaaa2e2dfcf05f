import {
  type ConversationRow,
  findParticipantOfUser,
  listConversationsOfUser,
  type MyConversation,
  removeParticipant,
  type UserRow,
  unreadMessagesCount,
  updateMyConversation,
} from '../domain/index.ts';
import { timersView } from './conversation-view.ts';
import { isoSeconds } from './dates.ts';
import { type ServiceCall, serviceOperation } from './operation.ts';
import { PAGE_PARAMS, page } from './paging.ts';
import { clearable, integer, oneOf, time } from './params.ts';
import { userAt } from './users.ts';

const ONE = '/Users/{UserSid}/Conversations/{ConversationSid}';

/** REST API 9, "User conversation". */
export const userConversationOperations = [
  serviceOperation({
    id: 'ListUserConversation',
    method: 'GET',
    path: '/Users/{UserSid}/Conversations',
    status: 200,
    params: PAGE_PARAMS,
    async handle(call, given) {
      const { read, limits } = call.context;
      const user = await userAt(call, 'UserSid');
      return page(given, limits, {
        key: 'conversations',
        url: `${call.base}/Users/${user.sid}/Conversations`,
        order: 'asc',
        maximum: 50,
        async rows(range) {
          const counted = [];
          for (const one of await listConversationsOfUser(read, user.id, range)) counted.push(await count(call, one));
          return counted;
        },
        keyOf: ({ conversation }) => conversation.id,
        view: (row) => userConversationView(call, row),
      });
    },
  }),
  serviceOperation({
    id: 'FetchUserConversation',
    method: 'GET',
    path: ONE,
    status: 200,
    params: {},
    async handle(call) {
      const { mine } = await userConversationAt(call);
      return userConversationView(call, await count(call, mine));
    },
  }),
  serviceOperation({
    id: 'UpdateUserConversation',
    method: 'POST',
    path: ONE,
    status: 200,
    params: {
      NotificationLevel: oneOf(['default', 'muted']),
      LastReadTimestamp: time,
      LastReadMessageIndex: clearable(integer({ minimum: 0 })),
    },
    async handle(call, given) {
      const { user, mine } = await userConversationAt(call);
      const { NotificationLevel: level, LastReadTimestamp: readAt, LastReadMessageIndex: index } = given;
      if (level === undefined && readAt === undefined && index === undefined) {
        return userConversationView(call, await count(call, mine));
      }
      const { conversation } = mine;
      const target = { service: call.service, conversation, userId: user.id };
      const membership = await call.context.execute(updateMyConversation, call.actor, {
        ...target,
        index,
        readAt,
        level,
      });
      return userConversationView(call, await count(call, { conversation, membership }));
    },
  }),
  serviceOperation({
    id: 'DeleteUserConversation',
    method: 'DELETE',
    path: ONE,
    status: 204,
    params: {},
    async handle(call) {
      const { conversation, membership } = (await userConversationAt(call)).mine;
      await call.context.execute(removeParticipant, call.actor, {
        service: call.service,
        conversation,
        sidOrIdentity: membership.sid,
      });
    },
  }),
];

interface CountedConversation extends MyConversation {
  unread: number | null;
}

async function count({ context }: ServiceCall, mine: MyConversation): Promise<CountedConversation> {
  const { conversation, membership } = mine;
  const horizon = membership.last_read_message_index;
  const { read, limits } = context;
  return { ...mine, unread: await unreadMessagesCount(read, conversation.id, horizon, limits.unreadMessagesCount) };
}

/** The user and the one of their conversations that the path names; a conversation that they are not in is not there. */
async function userConversationAt(call: ServiceCall): Promise<{ user: UserRow; mine: MyConversation }> {
  const user = await userAt(call, 'UserSid');
  const conversation = await call.context.findConversation(call.service, call.path('ConversationSid'));
  const membership = conversation && (await membershipOf(call, user, conversation));
  if (conversation === undefined || membership === undefined) throw call.notFound();
  return { user, mine: { conversation, membership } };
}

async function membershipOf({ context }: ServiceCall, user: UserRow, conversation: ConversationRow) {
  const participant = await findParticipantOfUser(context.read, user.id, conversation.id);
  return participant && { ...participant, conversation_sid: conversation.sid };
}

function userConversationView({ base, service }: ServiceCall, row: CountedConversation) {
  const { conversation, membership, unread } = row;
  const conversationUrl = `${base}/Conversations/${conversation.sid}`;
  return {
    account_sid: service.account_sid,
    chat_service_sid: service.sid,
    conversation_sid: conversation.sid,
    unread_messages_count: unread,
    last_read_message_index: membership.last_read_message_index,
    participant_sid: membership.sid,
    user_sid: membership.user_sid,
    friendly_name: conversation.friendly_name,
    conversation_state: conversation.state,
    timers: timersView(conversation),
    attributes: conversation.attributes,
    date_created: isoSeconds(conversation.created_at),
    date_updated: isoSeconds(conversation.updated_at),
    created_by: conversation.created_by,
    notification_level: membership.notification_level,
    unique_name: conversation.unique_name,
    url: `${base}/Users/${membership.user_sid}/Conversations/${conversation.sid}`,
    links: { participant: `${conversationUrl}/Participants/${membership.sid}`, conversation: conversationUrl },
  };
}
