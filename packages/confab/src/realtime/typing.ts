import type { Typing } from '../bus/index.ts';
import type { Clock } from '../clock.ts';
import type { Limits } from '../config/index.ts';
import { createTokenBuckets } from '../token-buckets.ts';
import type { Hub } from './sync/hub.ts';
import type { Notification } from './twilsock/notification.ts';

export const TYPING_MESSAGE_TYPE = 'twilio.ipmsg.typing_indicator';

const SECOND_MS = 1000;

/** Users who type in a conversation, and conversations in which somebody types, at the same time: more than a node serves. */
const BUCKETS = 100_000;

/** Tells the other participants who is typing (lifecycle 10). */
export interface TypingSignals {
  /** Seconds after which whoever has heard of it takes the typing to have ended. */
  readonly timeout: number;
  /** Tells all nodes, unless the user or the conversation has had its share: the next signal, or the end, is seconds away anyway. */
  send(typing: Typing): void;
  /** Tells the participants whose connections are here, except all of the typist's own (lifecycle 10). */
  received(typing: Typing): void;
}

export function createTypingSignals({
  hub,
  clock,
  limits,
  tellNodes,
}: {
  hub: Hub;
  clock: Clock;
  limits: Limits;
  tellNodes: (typing: Typing) => void;
}): TypingSignals {
  const { typingTimeoutMs, typingSignalsPerUser, typingSignalsPerSecond } = limits;
  const timeout = typingTimeoutMs / SECOND_MS;
  const ofUser = createTokenBuckets<string>({
    tokens: typingSignalsPerUser,
    windowMs: typingTimeoutMs,
    maximum: BUCKETS,
  });
  const inConversation = createTokenBuckets<string>({
    tokens: typingSignalsPerSecond,
    windowMs: SECOND_MS,
    maximum: BUCKETS,
  });
  return {
    timeout,
    send(typing) {
      const now = clock.now();
      const { conversationSid, userId } = typing;
      if (ofUser.take(`${conversationSid} ${userId}`, now) !== undefined) return;
      if (inConversation.take(conversationSid, now) !== undefined) return;
      tellNodes(typing);
    },
    received(typing) {
      const { conversationSid, rosterEvent } = typing;
      hub.tellParticipants(conversationSid, rosterEvent, typing, () => typingNotification(typing, timeout));
    },
  };
}

/** So much longer than a typist waits between two signals, so that nobody seems to stop in between. */
const LATENCY_SECONDS = 1;

/** protocol 8.6; the SDK's sources say that the timeout here is one second more than in the answer to the typist. */
function typingNotification({ conversationSid, identity }: Typing, timeout: number): Notification {
  const members = { channel_sid: conversationSid, identity, typing_timeout: timeout + LATENCY_SECONDS };
  return {
    messageType: TYPING_MESSAGE_TYPE,
    envelope: JSON.stringify(members).slice(1, -1),
    updateOf: `typing ${conversationSid} ${identity}`,
  };
}
