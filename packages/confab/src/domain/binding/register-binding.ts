import { newSid } from '../../sid.ts';
import { appendEvent, type PushType, type WriteDb } from '../../store/seam.ts';
import { nameOf, type UserActor } from '../actor.ts';
import type { Command } from '../command.ts';
import { invalidParameter, refusals } from '../errors.ts';
import { checkLength } from '../text.ts';
import { lockUser } from '../user/lock-user.ts';
import { MESSAGE_TYPES } from './message-types.ts';
import type { BindingRow } from './queries.ts';
import { updateNotifiable } from './update-notifiable.ts';

export interface RegisterBindingInput {
  type: PushType;
  /** What the push service calls the device. */
  endpoint: string;
  /** What the device wants to be told of; what nobody knows is left out. */
  messageTypes: readonly string[];
  /** The push credential that the user's token names. One that is not there, or is of another type, counts as none. */
  credentialSid?: string | undefined;
}

/**
 * Registers a device of the user for pushes. A device that is registered again keeps its binding, also when another user does it: what it
 * is sent is theirs from then on. Of more devices than a user may have, the one that came first goes. For SDK users.
 */
export const registerBinding: Command<RegisterBindingInput, RegisterBindingInput, BindingRow> = {
  name: 'registerBinding',
  prepare({ limits }, input) {
    if (input.endpoint === '') throw invalidParameter('registration_id must not be empty.');
    checkLength('registration_id', input.endpoint, limits.bindingEndpointCharacters, 20001);
    return { ...input, messageTypes: MESSAGE_TYPES.filter((type) => input.messageTypes.includes(type)) };
  },
  async transact(context, { type, endpoint, messageTypes, credentialSid }) {
    const { actor, db, limits, now } = context;
    if (actor.kind !== 'user') throw refusals.notAllowed();
    const { service, user } = actor;
    await lockUser(db, user.id);
    const owned = {
      user_id: user.id,
      identity: user.identity,
      credential_sid: await usableCredential(db, actor, type, credentialSid),
      message_types: JSON.stringify(messageTypes),
      updated_at: now,
    };
    const before = await db
      .selectFrom('bindings')
      .select('user_id')
      .where('service_id', '=', service.id)
      .where('binding_type', '=', type)
      .where('endpoint', '=', endpoint)
      .executeTakeFirst();
    const row = await db
      .insertInto('bindings')
      .values({
        sid: newSid('BS', now),
        service_id: service.id,
        binding_type: type,
        endpoint,
        created_at: now,
        ...owned,
      })
      .onConflict((conflict) => conflict.columns(['service_id', 'binding_type', 'endpoint']).doUpdateSet(owned))
      .returningAll()
      .executeTakeFirstOrThrow();
    await dropOldest(db, row, limits.bindingsPerUser);
    await updateNotifiable(context, user.id);
    if (before !== undefined && before.user_id !== user.id) await updateNotifiable(context, before.user_id);
    await appendEvent(db, {
      service_id: service.id,
      kind: 'binding.registered',
      subject_sid: row.sid,
      actor: nameOf(actor),
      // Without the endpoint: who has it, and the credential, can push to the device.
      payload: JSON.stringify({ sid: row.sid, user_sid: user.sid, identity: user.identity, type, updated_at: now }),
      created_at: now,
    });
    return row;
  },
};

async function usableCredential(
  db: WriteDb,
  { service }: UserActor,
  type: PushType,
  sid: string | undefined,
): Promise<string | null> {
  if (sid === undefined) return null;
  const found = await db
    .selectFrom('credentials')
    .innerJoin('services', 'services.account_id', 'credentials.account_id')
    .select('credentials.sid')
    .where('services.id', '=', service.id)
    .where('credentials.sid', '=', sid)
    .where('credentials.type', '=', type)
    .executeTakeFirst();
  return found?.sid ?? null;
}

async function dropOldest(db: WriteDb, { id, user_id }: BindingRow, limit: number): Promise<void> {
  const others = await db
    .selectFrom('bindings')
    .select('id')
    .where('user_id', '=', user_id)
    .where('id', '!=', id)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  const first = others[limit - 1];
  if (first === undefined) return;
  await db
    .deleteFrom('bindings')
    .where('user_id', '=', user_id)
    .where('id', '<=', first.id)
    .where('id', '!=', id)
    .execute();
}
