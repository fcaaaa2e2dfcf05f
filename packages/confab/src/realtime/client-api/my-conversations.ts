import {
  type ConversationRow,
  findConversation,
  findParticipantOfUser,
  listMyConversations,
  type MembershipRow,
  notFound,
} from '../../domain/index.ts';
import type { TunnelRequest, TunnelResponse } from '../tunnel/tunnel-request.ts';
import type { ClientContext } from './context.ts';
import { myConversationView } from './views.ts';

/** The client's conversations by SID, page by page until `next_token` is null (protocol 7.2, no. 15). */
export async function listMine(context: ClientContext, request: TunnelRequest): Promise<TunnelResponse> {
  const { actor, read, limits } = context;
  // The token is the SID to go on from: it tells nothing that the page did not.
  const from = request.query('PageToken');
  const rows = await listMyConversations(read, actor.user.id, { from, limit: limits.pageSizeMaximum + 1 });
  const page = rows.slice(0, limits.pageSizeMaximum);
  const conversations = page.map(({ conversation, membership }) => view(context, conversation, membership));
  const next = rows[limits.pageSizeMaximum]?.conversation.sid ?? null;
  return { status: 200, body: { conversations, meta: { previous_token: null, next_token: next } } };
}

/** One of the client's conversations, by SID or unique name (protocol 7.2, no. 16). */
export async function getMine(
  context: ClientContext,
  _request: TunnelRequest,
  [sidOrUniqueName = '']: readonly string[],
): Promise<TunnelResponse> {
  const { actor, read } = context;
  const conversation = await findConversation(read, actor.service.id, sidOrUniqueName);
  const membership =
    conversation === undefined ? undefined : await findParticipantOfUser(read, actor.user.id, conversation.id);
  if (conversation === undefined || membership === undefined) throw notFound(`MyConversations/${sidOrUniqueName}`);
  return {
    status: 200,
    body: view(context, conversation, { ...membership, conversation_sid: conversation.sid }),
  };
}

function view({ actor }: ClientContext, conversation: ConversationRow, membership: MembershipRow) {
  // No horizon is set yet, and without one there is no count (lifecycle 3).
  return myConversationView(actor.service, conversation, membership, null);
}
