import { appendEvent, type ConversationRow } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { notFound } from '../errors.ts';
import { memberships } from '../participant/queries.ts';
import { removeMembership } from '../participant/remove-membership.ts';
import { findUserBySidOrIdentity } from './queries.ts';

export interface DeleteUserInput {
  service: ServiceRef;
  sidOrIdentity: string;
}

/**
 * Deletes a user: they leave every conversation, and their sessions end on every node. What they wrote stays. A later connection with a
 * token for the identity makes a new user. For account credentials.
 */
export const deleteUser: Command<DeleteUserInput, DeleteUserInput, void> = {
  name: 'deleteUser',
  prepare({ actor }, input) {
    requireAccount(actor);
    return input;
  },
  async transact(context, { service, sidOrIdentity }) {
    const { actor, db, rechecks, now } = context;
    const user = await findUserBySidOrIdentity(db, service.id, sidOrIdentity);
    if (user === undefined) throw notFound(`Users/${sidOrIdentity}`);
    // Bounded by the limit of conversations for each user.
    const mine = await memberships(db).where('participants.user_id', '=', user.id).orderBy('participants.id').execute();
    for (const participant of mine) {
      const conversation: Pick<ConversationRow, 'id' | 'sid'> = {
        id: participant.conversation_id,
        sid: participant.conversation_sid,
      };
      await removeMembership(context, { service, conversation, participant });
    }
    await db
      .deleteFrom('sync_tombstones')
      .where('object', '=', 'memberships')
      .where('owner_id', '=', user.id)
      .execute();
    await db.deleteFrom('users').where('id', '=', user.id).execute();
    rechecks.push({ of: 'user', sid: user.sid });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'user.removed',
      subject_sid: user.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: user.sid, identity: user.identity, removed_at: now }),
      created_at: now,
    });
  },
};
