import type { Limits } from '../../config/index.ts';
import { LostRaceError, type WriteDb } from '../../store/seam.ts';
import { accountOf } from '../account/account-of.ts';
import type { ServiceRef } from '../actor.ts';
import { DomainError } from '../errors.ts';

/**
 * Keeps the addresses of a Group MMS, after its members have changed: by them an inbound message finds its conversation, so that no two
 * open ones of an account have the same (lifecycle 5). Refuses with 50436 too many members, with 50437 an address that is there already,
 * with 50438 a group that another conversation is.
 */
export async function keepGroupSet(
  db: WriteDb,
  limits: Pick<Limits, 'groupParticipantsPerConversation'>,
  service: Pick<ServiceRef, 'id'>,
  conversationId: number,
): Promise<void> {
  const { addresses, isWhole } = await groupOf(db, conversationId);
  const most = limits.groupParticipantsPerConversation;
  if (addresses.length > most) {
    throw new DomainError(50436, 403, `A Group MMS has at most ${most} participants.`);
  }
  if (new Set(addresses).size < addresses.length) {
    throw new DomainError(50437, 409, 'Group MMS participant already exists');
  }
  await db.deleteFrom('group_sets').where('conversation_id', '=', conversationId).execute();
  if (isWhole) await claim(db, await accountOf(db, service), conversationId, addresses.join(' '));
}

/**
 * The same after a member has gone, which nothing may hinder: when the smaller group is another conversation already, inbound messages find
 * that one.
 */
export async function shrinkGroupSet(
  db: WriteDb,
  service: Pick<ServiceRef, 'id'>,
  conversationId: number,
): Promise<void> {
  await db.deleteFrom('group_sets').where('conversation_id', '=', conversationId).execute();
  const { state } = await db
    .selectFrom('conversations')
    .select('state')
    .where('id', '=', conversationId)
    .executeTakeFirstOrThrow();
  // A closed one has given its addresses free.
  if (state === 'closed') return;
  const { addresses, isWhole } = await groupOf(db, conversationId);
  if (!isWhole) return;
  await db
    .insertInto('group_sets')
    .values({
      account_id: await accountOf(db, service),
      addresses: addresses.join(' '),
      conversation_id: conversationId,
    })
    .onConflict((conflict) => conflict.columns(['account_id', 'addresses']).doNothing())
    .execute();
}

async function groupOf(db: WriteDb, conversationId: number): Promise<{ addresses: string[]; isWhole: boolean }> {
  const members = await db
    .selectFrom('participants')
    .select(['address', 'projected_address'])
    .where('conversation_id', '=', conversationId)
    .where('proxy_address', 'is', null)
    .where((eb) => eb.or([eb('address', 'is not', null), eb('projected_address', 'is not', null)]))
    .execute();
  return {
    addresses: members.flatMap((member) => member.address ?? member.projected_address ?? []).sort(),
    // Without a number on the operator's side, and one more, no message can be exchanged yet.
    isWhole: members.length > 1 && members.some((member) => member.projected_address !== null),
  };
}

async function claim(db: WriteDb, accountId: number, conversationId: number, addresses: string): Promise<void> {
  const claimed = await db
    .insertInto('group_sets')
    .values({ account_id: accountId, addresses, conversation_id: conversationId })
    .onConflict((conflict) => conflict.columns(['account_id', 'addresses']).doNothing())
    .returning('conversation_id')
    .executeTakeFirst();
  if (claimed !== undefined) return;
  const holder = await db
    .selectFrom('group_sets')
    .innerJoin('conversations', 'conversations.id', 'group_sets.conversation_id')
    .innerJoin('services', 'services.id', 'conversations.service_id')
    .select(['conversations.id', 'conversations.sid', 'services.deleted_at'])
    .where('group_sets.account_id', '=', accountId)
    .where('group_sets.addresses', '=', addresses)
    .executeTakeFirst();
  if (holder === undefined) throw new LostRaceError('The group was given free in the meantime.');
  if (holder.deleted_at === null) {
    const message = `Group MMS with given participant list already exists as Conversation ${holder.sid}`;
    throw new DomainError(50438, 409, message);
  }
  // What is left of a deleted service holds nothing.
  await db.deleteFrom('group_sets').where('conversation_id', '=', holder.id).execute();
  await claim(db, accountId, conversationId, addresses);
}
