import { appendEvent } from '../../store/seam.ts';
import { lockAccount } from '../account/lock-account.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { invalidParameter, notFound } from '../errors.ts';

export interface DeleteServiceInput {
  service: ServiceRef;
}

/**
 * Deletes a chat service with everything in it. It is gone at once, for REST, tokens and open sessions on every node; its rows are removed
 * in the background. The account's default service is refused: another must be the default first.
 */
export const deleteService: Command<DeleteServiceInput, DeleteServiceInput, void> = {
  name: 'deleteService',
  evenOnFullDisk: true,
  prepare({ actor }, input) {
    requireAccount(actor);
    return input;
  },
  async transact({ actor, db, rechecks, now }, { service }) {
    const { account } = requireAccount(actor);
    const { default_service_id } = await lockAccount(db, account.id);
    if (default_service_id === service.id) {
      throw invalidParameter(
        `${service.sid} is the account's default chat service. Make another one the default first.`,
      );
    }
    const deleted = await db
      .updateTable('services')
      .set({ deleted_at: now, updated_at: now })
      .where('id', '=', service.id)
      .where('deleted_at', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (deleted === undefined) throw notFound(`Services/${service.sid}`);
    rechecks.push({ of: 'service', sid: service.sid });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'service.removed',
      subject_sid: service.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: service.sid, removed_at: now }),
      created_at: now,
    });
  },
};
