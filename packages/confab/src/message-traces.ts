import type { Change } from './store/seam.ts';

/** A message on its way to one socket. Times in ms. */
export interface TracedDelivery {
  readonly connectionId: string;
  readonly userId: number;
  readonly writtenAt: number;
  /** Null until the client has confirmed it. */
  acknowledgedAt: number | null;
}

/** The way of one message through this node. Times in ms; null for what did not happen here. */
export interface MessageTrace {
  readonly sid: string;
  readonly conversationId: number;
  readonly index: number;
  /** The command to send it began; hooks that are asked before come after this. */
  receivedAt: number | null;
  committedAt: number | null;
  /** This node heard of it, from the bus or from the database, and began to hand it out. */
  heardAt: number | null;
  readonly deliveries: TracedDelivery[];
  /** Sockets that it was written to besides those. */
  moreDeliveries: number;
}

export interface TraceLimits {
  /** Messages, the newest. */
  messages: number;
  /** Sockets told apart for each. */
  deliveries: number;
}

/** Nobody reads traces of long ago, and memory is bounded (invariant 6): with these, some megabytes at most. */
const LIMITS: TraceLimits = { messages: 500, deliveries: 100 };

/** Remembers in memory, of the newest messages, what this node did with them when. */
export interface MessageTraces {
  received(changes: readonly Change[], at: number): void;
  committed(changes: readonly Change[], at: number): void;
  heard(change: Change, at: number): void;
  /** Undefined when the message is not among the newest, or enough sockets are known. */
  written(
    message: { conversationId: number; index: number },
    to: { connectionId: string; userId: number },
    at: number,
  ): TracedDelivery | undefined;
  find(sid: string): MessageTrace | undefined;
}

export function createMessageTraces(limits: TraceLimits = LIMITS): MessageTraces {
  /** The oldest first. */
  const traces = new Map<string, MessageTrace>();
  /** By conversation and index, which is what deliveries know. */
  const places = new Map<number, Map<number, MessageTrace>>();

  function traceOf(change: Change): MessageTrace | undefined {
    if (change.object !== 'messages' || change.action !== 'added') return undefined;
    const { sid, conversation_id: conversationId, index } = change.row;
    const known = traces.get(sid);
    if (known !== undefined) return known;
    const trace: MessageTrace = {
      sid,
      conversationId,
      index,
      receivedAt: null,
      committedAt: null,
      heardAt: null,
      deliveries: [],
      moreDeliveries: 0,
    };
    traces.set(sid, trace);
    let conversation = places.get(conversationId);
    if (conversation === undefined) {
      conversation = new Map();
      places.set(conversationId, conversation);
    }
    conversation.set(index, trace);
    forgetOldest();
    return trace;
  }

  function forgetOldest(): void {
    if (traces.size <= limits.messages) return;
    const [oldest] = traces.values();
    if (oldest === undefined) return;
    traces.delete(oldest.sid);
    const conversation = places.get(oldest.conversationId);
    // Another message has the place when the sending of this one was undone.
    if (conversation?.get(oldest.index) === oldest) conversation.delete(oldest.index);
    if (conversation?.size === 0) places.delete(oldest.conversationId);
  }

  return {
    received(changes, at) {
      for (const change of changes) {
        const trace = traceOf(change);
        if (trace !== undefined) trace.receivedAt = at;
      }
    },
    committed(changes, at) {
      for (const change of changes) {
        const trace = traceOf(change);
        if (trace !== undefined) trace.committedAt = at;
      }
    },
    heard(change, at) {
      const trace = traceOf(change);
      if (trace !== undefined) trace.heardAt ??= at;
    },
    written({ conversationId, index }, { connectionId, userId }, at) {
      const trace = places.get(conversationId)?.get(index);
      if (trace === undefined) return undefined;
      if (trace.deliveries.length >= limits.deliveries) {
        trace.moreDeliveries += 1;
        return undefined;
      }
      const delivery: TracedDelivery = { connectionId, userId, writtenAt: at, acknowledgedAt: null };
      trace.deliveries.push(delivery);
      return delivery;
    },
    find: (sid) => traces.get(sid),
  };
}
