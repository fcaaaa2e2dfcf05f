import { appendEvent } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { notFound } from '../errors.ts';
import { removeMemberships } from '../participant/remove-memberships.ts';
import { perService } from '../rates.ts';
import { findUserBySidOrIdentity } from './queries.ts';

export interface DeleteUserInput {
  service: ServiceRef;
  sidOrIdentity: string;
}

/**
 * Deletes a user: they have no rights from then on, their sessions end on every node, and they leave every conversation; those beyond
 * the first few in the background (`finishDeletedUsers`), because there may be a thousand. What they wrote stays. A later connection with
 * a token for the identity makes a new user. For account credentials.
 */
export const deleteUser: Command<DeleteUserInput, DeleteUserInput, void> = {
  name: 'deleteUser',
  evenOnFullDisk: true,
  rate: perService,
  prepare({ actor }, input) {
    requireAccount(actor);
    return input;
  },
  async transact(context, { service, sidOrIdentity }) {
    const { db, rechecks, now } = context;
    const actor = nameOf(context.actor);
    const user = await findUserBySidOrIdentity(db, service.id, sidOrIdentity);
    if (user === undefined) throw notFound(`Users/${sidOrIdentity}`);
    await removeMemberships(context, { service, userId: user.id, actor });
    const deleted = await db
      .updateTable('users')
      // Nobody else may have an identity that looks like a User SID (access tokens 2), so that the old one is free.
      .set({
        deleted_at: now,
        identity: user.sid,
        updated_at: now,
        deleted_with_webhooks: context.origin.webhooks ? 1 : 0,
      })
      .where('id', '=', user.id)
      .where('deleted_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (deleted === undefined) throw notFound(`Users/${sidOrIdentity}`);
    // After the lock: a device that was registered just before goes as well.
    await db.deleteFrom('bindings').where('user_id', '=', user.id).execute();
    rechecks.push({ of: 'user', sid: user.sid });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'user.removed',
      subject_sid: user.sid,
      actor,
      payload: JSON.stringify({ sid: user.sid, identity: user.identity, removed_at: now }),
      created_at: now,
    });
  },
};
