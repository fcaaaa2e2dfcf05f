/**
 * Absolute links for clients. They travel through the tunnel, where only the path counts, so the host is the original's whatever the
 * client calls us (protocol 7).
 */
const BASE = 'https://aim.us1.twilio.com/Client/v2';

const segment = encodeURIComponent;

/** Without the host, and otherwise as it is: `%s` and `..` are left alone. */
export function pathOf(url: string): string {
  return url.slice(url.indexOf('/', 'https://'.length));
}

export const clientUrls = {
  configuration: `${BASE}/Configuration`,
  conversations: `${BASE}/Conversations`,
  myConversations: `${BASE}/MyConversations`,
  users: `${BASE}/Users`,
  typing: `${BASE}/Typing`,
  /** Two `%s`: conversation SID and message SID (protocol 7.1). */
  messagesReceipts: `${BASE}/Conversations/%s/Messages/%s/Receipts`,
  user: (identity: string) => `${BASE}/Users/${segment(identity)}`,
  conversation: (sid: string) => `${BASE}/Conversations/${sid}`,
  participants: (sid: string) => `${BASE}/Conversations/${sid}/Participants`,
  participant: (sid: string, participantSid: string) => `${BASE}/Conversations/${sid}/Participants/${participantSid}`,
  messages: (sid: string) => `${BASE}/Conversations/${sid}/Messages`,
  message: (sid: string, messageSid: string) => `${BASE}/Conversations/${sid}/Messages/${messageSid}`,
} as const;
