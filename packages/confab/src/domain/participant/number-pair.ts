import { LostRaceError, type WriteDb } from '../../store/seam.ts';
import { accountOf } from '../account/account-of.ts';
import type { ServiceRef } from '../actor.ts';
import { DomainError } from '../errors.ts';

interface NumberPair {
  address: string | null;
  proxy_address: string | null;
}

/**
 * Takes the pair for a conversation: an inbound message must belong to one. Refuses with 50416 while another open conversation of the
 * account has it (lifecycle 5).
 */
export async function claimNumberPair(
  db: WriteDb,
  service: Pick<ServiceRef, 'id'>,
  conversationId: number,
  { address, proxy_address }: NumberPair,
): Promise<void> {
  if (address === null || proxy_address === null) return;
  const pair = { account_id: await accountOf(db, service), address, proxy_address };
  const claimed = await db
    .insertInto('number_pairs')
    .values({ ...pair, conversation_id: conversationId })
    .onConflict((conflict) => conflict.columns(['account_id', 'address', 'proxy_address']).doNothing())
    .returning('conversation_id')
    .executeTakeFirst();
  if (claimed !== undefined) return;
  const holder = await db
    .selectFrom('number_pairs')
    .innerJoin('conversations', 'conversations.id', 'number_pairs.conversation_id')
    .innerJoin('services', 'services.id', 'conversations.service_id')
    .select(['conversations.id', 'conversations.sid', 'services.deleted_at'])
    .where('number_pairs.account_id', '=', pair.account_id)
    .where('number_pairs.address', '=', address)
    .where('number_pairs.proxy_address', '=', proxy_address)
    .executeTakeFirst();
  if (holder === undefined) throw new LostRaceError('The number pair was given free in the meantime.');
  if (holder.deleted_at === null) {
    throw new DomainError(
      50416,
      409,
      `A binding for this participant and proxy address already exists in Conversation ${holder.sid}`,
    );
  }
  // What is left of a deleted service holds nothing.
  await releaseNumberPair(db, holder.id, pair);
  await claimNumberPair(db, service, conversationId, pair);
}

/** Gives free the pair that the conversation has. */
export async function releaseNumberPair(
  db: WriteDb,
  conversationId: number,
  { address, proxy_address }: NumberPair,
): Promise<void> {
  if (address === null || proxy_address === null) return;
  await db
    .deleteFrom('number_pairs')
    .where('conversation_id', '=', conversationId)
    .where('address', '=', address)
    .where('proxy_address', '=', proxy_address)
    .execute();
}
