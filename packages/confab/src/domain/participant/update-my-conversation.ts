import type { MembershipRow } from '../../store/seam.ts';
import type { Command } from '../command.ts';
import { invalidParameter } from '../errors.ts';
import { setNotificationLevel } from './set-notification-level.ts';
import { type SetReadHorizonInput, setReadHorizon } from './set-read-horizon.ts';

export interface UpdateMyConversationInput extends SetReadHorizonInput {
  /** Absent: stays as it is. */
  level?: string | undefined;
}

interface Plan {
  conversationId: number;
  horizon: Awaited<ReturnType<typeof setReadHorizon.prepare>> | undefined;
  level: Awaited<ReturnType<typeof setNotificationLevel.prepare>> | undefined;
}

/** What `setReadHorizon` and `setNotificationLevel` do, in one transaction: who asks for both gets both or nothing. */
export const updateMyConversation: Command<UpdateMyConversationInput, Plan, MembershipRow> = {
  name: 'updateMyConversation',
  rate: ({ conversationId }) => ({ per: 'conversation', id: conversationId }),
  async prepare(context, { index, readAt, level, ...target }) {
    const read = index !== undefined || readAt !== undefined;
    if (!read && level === undefined) {
      throw invalidParameter('Give last_read_message_index or notification_level.');
    }
    return {
      conversationId: target.conversation.id,
      horizon: read ? await setReadHorizon.prepare(context, { ...target, index, readAt }) : undefined,
      level: level === undefined ? undefined : await setNotificationLevel.prepare(context, { ...target, level }),
    };
  },
  affinity: ({ conversationId }) => conversationId,
  async transact(context, { horizon, level }) {
    const moved = horizon === undefined ? undefined : await setReadHorizon.transact(context, horizon);
    const set = level === undefined ? undefined : await setNotificationLevel.transact(context, level);
    const row = set ?? moved;
    if (row === undefined) throw new Error('There is nothing to change.');
    return row;
  },
};
