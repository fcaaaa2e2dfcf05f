import { appendEvent } from '../../store/seam.ts';
import { nameOf } from '../actor.ts';
import type { TransactContext } from '../command.ts';

/** What an event says of its subject, whose SID comes with it. */
interface Facts extends Readonly<Record<string, unknown>> {
  readonly sid: string;
}

/** Appends what has become of something that belongs to the account itself, and to none of its services, to the event log. */
export async function appendAccountEvent(
  { actor, db, now }: Pick<TransactContext, 'actor' | 'db' | 'now'>,
  kind: string,
  facts: Facts,
): Promise<void> {
  await appendEvent(db, {
    service_id: 0,
    kind,
    subject_sid: facts.sid,
    actor: nameOf(actor),
    payload: JSON.stringify(facts),
    created_at: now,
  });
}
