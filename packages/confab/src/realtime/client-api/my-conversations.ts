import {
  type ConversationRow,
  findConversation,
  findParticipantOfUser,
  invalidParameter,
  listMyConversations,
  type MembershipRow,
  notFound,
  unreadMessagesCount,
  updateMyConversation,
} from '../../domain/index.ts';
import { StoreUnavailableError } from '../../store/index.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';
import { myConversationView } from './views.ts';

/** The client's conversations by SID, page by page until `next_token` is null (protocol 7.2, no. 15). */
export async function listMine(context: ClientContext, request: TunnelRequest): Promise<TunnelResponse> {
  const { rows, next } = await pageOfMine(context, request.query('PageToken'));
  const conversations = rows.map(({ conversation, membership }) =>
    // Without the count of unread messages: it costs a query each, and no client reads it from the list.
    myConversationView(context.actor.service, conversation, membership),
  );
  return { status: 200, body: { conversations, meta: { previous_token: null, next_token: next } } };
}

/** A page of them, and the token of the next: the SID to go on from, which tells nothing that the page did not. */
export async function pageOfMine({ actor, read, limits }: ClientContext, from: string | undefined) {
  const rows = await listMyConversations(read, actor.user.id, { from, limit: limits.pageSizeMaximum + 1 });
  const next = rows[limits.pageSizeMaximum]?.conversation.sid ?? null;
  return { rows: rows.slice(0, limits.pageSizeMaximum), next };
}

/** One of the client's conversations, by SID or unique name (protocol 7.2, no. 16). */
export async function getMine(
  context: ClientContext,
  _request: TunnelRequest,
  [sidOrUniqueName = '']: readonly string[],
): Promise<TunnelResponse> {
  const { conversation, membership } = await requireMine(context, sidOrUniqueName);
  return { status: 200, body: await countedView(context, conversation, membership) };
}

/** Moves the read horizon, or sets the notification level (protocol 7.2, no. 17). */
export async function postMine(
  context: ClientContext,
  request: TunnelRequest,
  [sidOrUniqueName = '']: readonly string[],
): Promise<TunnelResponse> {
  const { actor, execute } = context;
  const { conversation } = await requireMine(context, sidOrUniqueName);
  const body = request.body();
  const membership = await execute(updateMyConversation, actor, {
    service: actor.service,
    conversation,
    userId: actor.user.id,
    index: readIndex(body.value('last_read_message_index')),
    level: body.text('notification_level'),
  });
  return { status: 200, body: await storedView(context, conversation, membership) };
}

/** The change is stored, and must not be answered with a failure because what is unread cannot be counted now: then the count is null. */
async function storedView(context: ClientContext, conversation: ConversationRow, membership: MembershipRow) {
  try {
    return await countedView(context, conversation, membership);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    const view = myConversationView(context.actor.service, conversation, membership);
    return { ...view, unread_messages_count: null };
  }
}

function readIndex(value: unknown): number | null | undefined {
  if (value === undefined || value === null || typeof value === 'number') return value;
  throw invalidParameter('last_read_message_index must be a number or null.');
}

export async function requireMine(
  { actor, read }: ClientContext,
  sidOrUniqueName: string,
): Promise<{ conversation: ConversationRow; membership: MembershipRow }> {
  const conversation = await findConversation(read, actor.service.id, sidOrUniqueName);
  const participant =
    conversation === undefined ? undefined : await findParticipantOfUser(read, actor.user.id, conversation.id);
  if (conversation === undefined || participant === undefined) throw notFound(`MyConversations/${sidOrUniqueName}`);
  return { conversation, membership: { ...participant, conversation_sid: conversation.sid } };
}

async function countedView(context: ClientContext, conversation: ConversationRow, membership: MembershipRow) {
  const unread = await unreadOf(context, conversation, membership);
  return { ...myConversationView(context.actor.service, conversation, membership), unread_messages_count: unread };
}

export function unreadOf({ read, limits }: ClientContext, conversation: ConversationRow, membership: MembershipRow) {
  const horizon = membership.last_read_message_index;
  return unreadMessagesCount(read, conversation.id, horizon, limits.unreadMessagesCount);
}
