import type { ConversationRow, ConversationState, WriteDb } from '../../store/seam.ts';
import { appendEvent } from '../../store/seam.ts';
import { DomainError } from '../errors.ts';

/** States that can be asked for. `initializing` comes and goes by itself (lifecycle 1). */
const REQUESTABLE = ['active', 'inactive', 'closed'] as const;

export type RequestableState = (typeof REQUESTABLE)[number];

/** What has changed a state: a timer, a request, or a message (lifecycle 1). */
export type StateReason = 'TIMER' | 'API' | 'EVENT';

/** A state as it was asked for, in upper or lower case; 50378 for any other text. */
export function readState(text: string | undefined): RequestableState | undefined {
  if (text === undefined) return undefined;
  const state = REQUESTABLE.find((one) => one === text.toLowerCase());
  if (state === undefined)
    throw new DomainError(50378, 400, `State must be one of ${REQUESTABLE.join(', ')}.`, 'State');
  return state;
}

/** Appends a change of state to the event log. */
export async function logState(
  db: WriteDb,
  row: ConversationRow,
  change: { from: ConversationState; reason: StateReason; actor: string; now: number },
): Promise<void> {
  await appendEvent(db, {
    service_id: row.service_id,
    kind: 'conversation.state_updated',
    subject_sid: row.sid,
    actor: change.actor,
    payload: JSON.stringify({
      sid: row.sid,
      state_from: change.from,
      state_to: row.state,
      reason: change.reason,
      messaging_service_sid: row.messaging_service_sid,
      date_inactive: row.inactive_at,
      date_closed: row.closed_at,
      updated_at: change.now,
    }),
    created_at: change.now,
  });
}
