import { encodeFrame } from './frame.ts';

/**
 * Something pushed to clients, written once for all of them. Notifications that wait for the same socket and are of one group leave in
 * one frame, because the cost of a delivery is the write and the client's acknowledgement of it.
 */
export interface Notification {
  readonly messageType: string;
  /** Members of the envelope besides the events, as JSON text without braces; equal texts may share a frame. */
  readonly envelope: string;
  /** The event, as JSON text. Absent: the envelope says it all, and `updateOf` keeps equal ones from waiting side by side. */
  readonly event?: string;
  /** The item whose update this is, if it is one: a newer update of the same item may take its place. */
  readonly updateOf?: string;
  /** The message that it brings, if it is one: its conversation's id and its index. */
  readonly brings?: { readonly conversationId: number; readonly index: number };
  /** The frame with this notification alone, and the last one that it began, kept for the next socket. */
  single?: Buffer;
  joined?: { readonly parts: readonly Notification[]; readonly frame: Buffer };
}

let sequence = 0;
/** Packet ids need only be unique on a connection (protocol 2.2); a number of this process is that, and lets sockets share the bytes. */
function nextPacketId(): string {
  sequence += 1;
  return `TM${sequence.toString(16).padStart(12, '0')}`;
}

/** The bytes for these notifications, which have one message type and envelope. Sockets that wait for the same ones get the same bytes. */
export function notificationFrame(parts: readonly [Notification, ...Notification[]]): Buffer {
  const [first] = parts;
  if (parts.length === 1) {
    first.single ??= write(first, first.event === undefined ? '' : `,"event":${first.event}`);
    return first.single;
  }
  const known = first.joined;
  if (known !== undefined && sameParts(known.parts, parts)) return known.frame;
  const frame = write(first, `,"events":[${parts.map((part) => part.event).join()}]`);
  first.joined = { parts: [...parts], frame };
  return frame;
}

function sameParts(a: readonly Notification[], b: readonly Notification[]): boolean {
  return a.length === b.length && a.every((part, at) => part === b[at]);
}

function write({ messageType, envelope }: Notification, events: string): Buffer {
  const header = {
    method: 'notification',
    id: nextPacketId(),
    message_type: messageType,
    notification_ctx_id: '',
    payload_type: 'application/json',
  };
  return encodeFrame(header, `{${envelope}${events}}`);
}
