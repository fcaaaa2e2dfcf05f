import type { EventLogEntry, ReadDb } from '../../store/index.ts';
import { exportedEvent } from '../export/event-json.ts';
import { type Scope, scopeOf } from '../scope.ts';
import type { NatsMessage } from './nats-link.ts';

/** What is published of entries of the log. Nothing of what belongs to no service, or to one whose rows are gone. */
export async function natsMessages(read: ReadDb, entries: readonly EventLogEntry[]): Promise<NatsMessage[]> {
  const scopes = new Map<number, Scope | undefined>();
  for (const id of new Set(entries.map(({ service_id }) => service_id))) scopes.set(id, await scopeOf(read, id));
  return entries.flatMap((entry) => {
    const scope = scopes.get(entry.service_id);
    return scope === undefined ? [] : [messageOf(entry, scope)];
  });
}

function messageOf(entry: EventLogEntry, scope: Scope): NatsMessage {
  const event = exportedEvent(entry, scope);
  return {
    subject: `confab.${scope.accountSid}.${scope.serviceSid}.${entry.kind}`,
    // Places in the log come again when a server is reset or restored; with subject and time it is this event's.
    id: `${scope.accountSid}.${event.id}.${entry.subject_sid}.${entry.created_at}`,
    body: JSON.stringify(event),
    shortBody: () => JSON.stringify({ ...event, data: null }),
  };
}
