import { addParticipants, type ConfabServer, createConversations } from './confab-server.ts';

/** Members who share their conversations. */
const CIRCLE = 10;
const CONVERSATIONS = 3;

/**
 * Makes `count` members (`member-0` and on), in circles of 10 that share three conversations. Returns the SIDs of the nth member's
 * conversations.
 */
export async function createCircles(server: ConfabServer, count: number): Promise<(n: number) => string[]> {
  const sids = await createConversations(server, Math.ceil(count / CIRCLE) * CONVERSATIONS);
  const conversationsOf = (n: number): string[] => {
    const circle = Math.floor(n / CIRCLE);
    return sids.slice(circle * CONVERSATIONS, (circle + 1) * CONVERSATIONS);
  };
  await addParticipants(
    server,
    Array.from({ length: count }, (_, n) =>
      conversationsOf(n).map((conversationSid) => ({ conversationSid, identity: `member-${n}` })),
    ).flat(),
  );
  return conversationsOf;
}
