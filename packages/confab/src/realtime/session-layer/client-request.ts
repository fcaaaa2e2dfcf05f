import { invalidParameter } from '../../domain/index.ts';
import type { ClientContext } from '../client-api/context.ts';
import { clientUrls, pathOf } from '../client-api/urls.ts';
import { membersOf, readTunnelRequest, type TunnelBody } from '../tunnel/tunnel-request.ts';
import { statusOf } from '../twilsock/status.ts';

/** What the client API answered instead of doing it. */
export class CommandRefusal extends Error {
  override readonly name = 'CommandRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Asks the client API what newer SDKs ask it themselves, as the same client: a command is one of their requests in other words, so that each
 * rule stays in one place. Throws CommandRefusal.
 */
export async function ask(
  { answer, limits }: ClientContext,
  method: string,
  url: string,
  body: object = {},
): Promise<TunnelBody> {
  const request = { method, path: pathOf(url), params: new Map() };
  const response = await answer(readTunnelRequest(request, Buffer.from(JSON.stringify(body)), limits.jsonDepth));
  const members = membersOf(response.body ?? {});
  if (response.status >= 400) {
    throw new CommandRefusal(response.status, members.text('message') ?? statusOf(response.status).status);
  }
  return members;
}

/** The client API's own addresses, of what the client names. Throws a 400 for what can be no part of an address. */
export const urls = {
  conversations: clientUrls.conversations,
  conversation: (sid: string) => clientUrls.conversation(segment(sid)),
  mine: (sid: string) => `${clientUrls.myConversations}/${segment(sid)}`,
  participants: (sid: string) => clientUrls.participants(segment(sid)),
  participant: (sid: string, sidOrIdentity: string) => clientUrls.participant(segment(sid), segment(sidOrIdentity)),
  messages: (sid: string) => clientUrls.messages(segment(sid)),
  message: (sid: string, messageSid: string) => clientUrls.message(segment(sid), messageSid),
  user: (identity: string) => `${clientUrls.users}/${segment(identity)}`,
} as const;

function segment(text: string): string {
  if (text === '' || !text.isWellFormed()) throw invalidParameter('A SID or identity in the command is not one.');
  return encodeURIComponent(text);
}
