import { appendEvent } from '../../store/seam.ts';
import { nameOf } from '../actor.ts';
import type { Command } from '../command.ts';
import { lockUnlessDeleted } from '../conversation/lock-state.ts';
import { messageAtHorizon } from './told-message.ts';

export interface DeliveredHorizon {
  userId: number;
  /** The last message that a client of the user has acknowledged. */
  index: number;
}

export interface SetDeliveredHorizonsInput {
  conversationId: number;
  horizons: readonly DeliveredHorizon[];
}

/**
 * Raises the delivered horizons of participants; of who is none, or has a higher one, nothing changes. Told to nobody: it is looked at when
 * receipts are asked for. Resolves with how many were raised.
 */
export const setDeliveredHorizons: Command<SetDeliveredHorizonsInput, SetDeliveredHorizonsInput, number> = {
  name: 'setDeliveredHorizons',
  prepare: (_context, input) => input,
  affinity: ({ conversationId }) => conversationId,
  async transact({ actor, db, now }, { conversationId, horizons }) {
    // The lock of every change of the conversation, so that no two wait for each other's participants.
    const conversation = await lockUnlessDeleted(db, conversationId);
    if (conversation === undefined) return 0;
    const raised: { sid: string; index: number; message: Awaited<ReturnType<typeof messageAtHorizon>> }[] = [];
    // Most have acknowledged the same message, the last one: then it is one statement for all.
    for (const [index, same] of Map.groupBy(horizons, (horizon) => horizon.index)) {
      const rows = await db
        .updateTable('participants')
        .set({ last_delivered_message_index: index, last_delivered_at: now })
        .where('conversation_id', '=', conversationId)
        .where(
          'user_id',
          'in',
          same.map(({ userId }) => userId),
        )
        .where((eb) =>
          eb.or([eb('last_delivered_message_index', 'is', null), eb('last_delivered_message_index', '<', index)]),
        )
        .returning('sid')
        .execute();
      const message = rows.length === 0 ? null : await messageAtHorizon(db, conversationId, index);
      raised.push(...rows.map(({ sid }) => ({ sid, index, message })));
    }
    if (raised.length === 0) return 0;
    await appendEvent(db, {
      service_id: conversation.service_id,
      kind: 'conversation.delivered',
      subject_sid: conversation.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({ sid: conversation.sid, participants: raised, delivered_at: now }),
      created_at: now,
    });
    return raised.length;
  },
};
