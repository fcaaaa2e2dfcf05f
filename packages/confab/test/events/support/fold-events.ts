import type { ExportedEvent } from '../../../src/events/index.ts';
import { type Fields, fieldsOf } from '../../support/raw-frames.ts';

type Subject = 'conversation' | 'participant' | 'message' | 'user';

/** What a service holds, as far as its events tell, by SID. */
export interface Folded extends Record<Subject, Map<string, Fields>> {
  /** Reported ones, by their SID. */
  receipts: Map<string, Fields>;
}

/** Builds the state of a service from all of its events, as a program would that has nothing else. */
export function fold(events: readonly ExportedEvent[]): Folded {
  const state: Folded = {
    conversation: new Map(),
    participant: new Map(),
    message: new Map(),
    user: new Map(),
    receipts: new Map(),
  };
  for (const { type, data } of events) {
    const [subject = '', change] = type.split('.');
    if (!isSubject(subject)) continue;
    const facts = fieldsOf(data);
    const sid = String(facts.sid);
    const rows = state[subject];
    if (change === 'delivery_updated') state.receipts.set(String(facts.receipt_sid), facts);
    else if (change === 'removed') remove(state, subject, sid);
    else if (change === 'state_updated') rows.set(sid, { ...rows.get(sid), state: facts.state_to });
    else if (change !== 'delivered') rows.set(sid, { ...rows.get(sid), ...facts });
  }
  return state;
}

function isSubject(subject: string): subject is Subject {
  return ['conversation', 'participant', 'message', 'user'].includes(subject);
}

/** What was in a conversation goes with it: of that there are no events. */
function remove(state: Folded, subject: Subject, sid: string): void {
  state[subject].delete(sid);
  if (subject !== 'conversation') return;
  for (const rows of [state.participant, state.message]) {
    for (const [inner, { conversation_sid }] of rows) if (conversation_sid === sid) rows.delete(inner);
  }
}
