import { newSid } from '../../sid.ts';
import { appendEvent, LostRaceError, type UserRow, type WriteDb } from '../../store/seam.ts';
import type { ServiceRef } from '../actor.ts';
import { requireLiveService } from '../service/require-live-service.ts';
import { userFacts } from './facts.ts';
import { findUser, withRole } from './queries.ts';

export interface EnsureUserInput {
  service: ServiceRef;
  identity: string;
  /** Service role for a user who is made now; the service's default when absent. */
  roleId?: number | undefined;
  actor: string;
  now: number;
}

export interface InsertUserInput extends EnsureUserInput {
  /** The identity when absent. */
  friendlyName?: string | null | undefined;
  attributes?: string | undefined;
}

/**
 * The user with this identity, made if there is none: users come to be on their first connection or when they are added to a conversation
 * (lifecycle 7).
 */
export async function ensureUser(db: WriteDb, input: EnsureUserInput): Promise<UserRow> {
  const { service, identity } = input;
  const existing = await findUser(db, service.id, identity);
  if (existing !== undefined) return existing;
  const inserted = await insertUser(db, input);
  if (inserted !== undefined) return inserted;
  // Another node made the same user between our two looks.
  const raced = await findUser(db, service.id, identity);
  if (raced === undefined) throw new LostRaceError(`User ${identity} could neither be made nor found.`);
  return raced;
}

/**
 * Makes a user; undefined when there is one with this identity. A new user's friendly name is the identity (protocol 14 leaves it open), and
 * both items of the user-info map exist from the start, because clients fail without them (protocol 8.2).
 */
export async function insertUser(
  db: WriteDb,
  { service, identity, friendlyName = identity, attributes = '{}', roleId, actor, now }: InsertUserInput,
): Promise<UserRow | undefined> {
  const { serviceRoleId } = await requireLiveService(db, service);
  const inserted = await db
    .insertInto('users')
    .values({
      sid: newSid('US', now),
      service_id: service.id,
      identity,
      friendly_name: friendlyName,
      attributes,
      role_id: roleId ?? serviceRoleId,
      info_event: 2,
      friendly_name_event: 1,
      attributes_event: 2,
      conversations_event: 0,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    })
    .onConflict((conflict) => conflict.columns(['service_id', 'identity']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted === undefined) return undefined;
  await appendEvent(db, {
    service_id: service.id,
    kind: 'user.added',
    subject_sid: inserted.sid,
    actor,
    payload: JSON.stringify(userFacts(await withRole(db, inserted))),
    created_at: now,
  });
  return inserted;
}
