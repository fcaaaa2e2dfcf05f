import { appendEvent } from '../../store/seam.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { notFound } from '../errors.ts';
import { findBinding } from './queries.ts';
import { updateNotifiable } from './update-notifiable.ts';

export interface RemoveBindingInput {
  service: ServiceRef;
  bindingSid: string;
}

/** Takes a device off pushes. SDK users may do it to their own devices; those of others are not there for them. */
export const removeBinding: Command<RemoveBindingInput, RemoveBindingInput, void> = {
  name: 'removeBinding',
  evenOnFullDisk: true,
  prepare: (_context, input) => input,
  async transact(context, { service, bindingSid }) {
    const { actor, db, now } = context;
    const binding = await findBinding(db, service.id, bindingSid);
    const theirs = actor.kind !== 'user' || binding?.user_id === actor.user.id;
    if (binding === undefined || !theirs) throw notFound(`Bindings/${bindingSid}`);
    const removed = await db
      .deleteFrom('bindings')
      .where('id', '=', binding.id)
      // Not one that somebody else has made theirs in between.
      .where('user_id', '=', binding.user_id)
      .returning('id')
      .executeTakeFirst();
    if (removed === undefined) throw notFound(`Bindings/${bindingSid}`);
    await updateNotifiable(context, binding.user_id);
    await appendEvent(db, {
      service_id: service.id,
      kind: 'binding.removed',
      subject_sid: binding.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: binding.sid, identity: binding.identity, removed_at: now }),
      created_at: now,
    });
  },
};
