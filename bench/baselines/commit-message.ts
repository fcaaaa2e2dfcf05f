import { randomBytes } from 'node:crypto';
import {
  appendEvent,
  type MessageRow,
  openStore,
  type Param,
  type Store,
  statement,
  type WriteDb,
} from '../../packages/confab/src/store/index.ts';

/** Commands in one commit, as Confab's default. */
const MAX_BATCH = 64;
const MAX_WAITING = 10_000;

/** A store with a conversation in it, and nothing around it: what the baselines write messages with. */
export interface MessageStore {
  /** Commits the rows of one message: the same three statements that Confab commits for it, through the same group commit. */
  commitMessage(body: string): Promise<MessageRow>;
  close(): Promise<void>;
}

const claimIndex = statement((db: WriteDb, p: Param<{ id: number; now: number }>) =>
  db
    .updateTable('conversations')
    .set((eb) => ({
      next_message_index: eb('next_message_index', '+', 1),
      last_message_index: eb.ref('next_message_index'),
      last_message_at: p('now'),
      messages_count: eb('messages_count', '+', 1),
      messages_event: eb('messages_event', '+', 1),
      channel_event: eb('channel_event', '+', 1),
    }))
    .where('id', '=', p('id'))
    .where('state', '!=', 'closed')
    .returningAll(),
);

const insertMessage = statement(
  (
    db: WriteDb,
    p: Param<{ sid: string; conversation_id: number; index: number; body: string; event: number; now: number }>,
  ) =>
    db
      .insertInto('messages')
      .values({
        sid: p('sid'),
        conversation_id: p('conversation_id'),
        index: p('index'),
        author: 'system',
        participant_sid: null,
        body: p('body'),
        subject: null,
        attributes: '{}',
        last_updated_by: null,
        created_event: p('event'),
        event: p('event'),
        created_at: p('now'),
        updated_at: p('now'),
      })
      .returningAll(),
);

export async function openMessageStore(folder: string): Promise<MessageStore> {
  const store = await openStore(
    { engine: 'sqlite', folder },
    {
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
      onCommit: () => {},
      onBackgroundError: (error) => process.stderr.write(`${error}\n`),
    },
  );
  const { serviceId, conversationId, conversationSid } = await seed(store);
  return {
    commitMessage: (body) =>
      store.write(async ({ db }) => {
        const now = Date.now();
        const [claimed] = await claimIndex(db, { id: conversationId, now });
        if (claimed === undefined) throw new Error('The conversation is gone.');
        const index = claimed.last_message_index;
        if (index === null) throw new Error('The conversation gave no index.');
        const [row] = await insertMessage(db, {
          sid: newSid('IM', now),
          conversation_id: conversationId,
          index,
          body,
          event: claimed.messages_event,
          now,
        });
        if (row === undefined) throw new Error('The message was not returned.');
        await appendEvent(db, {
          service_id: serviceId,
          kind: 'message.added',
          subject_sid: row.sid,
          actor: 'system',
          payload: JSON.stringify({
            sid: row.sid,
            conversation_sid: conversationSid,
            index,
            author: row.author,
            participant_sid: null,
            body,
            subject: null,
            attributes: row.attributes,
            created_at: now,
          }),
          created_at: now,
        });
        return row;
      }),
    close: () => store.close(),
  };
}

/** Of the same form as Confab's: by time, and then random. */
function newSid(prefix: string, now: number): string {
  return prefix + now.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
}

/** The rows that a message hangs on. */
function seed(store: Store): Promise<{ serviceId: number; conversationId: number; conversationSid: string }> {
  const now = Date.now();
  const times = { created_at: now, updated_at: now };
  return store.write(async ({ db }) => {
    const account = await db
      .insertInto('accounts')
      .values({
        sid: newSid('AC', now),
        friendly_name: 'bench',
        status: 'active',
        auth_token: '',
        default_service_id: null,
        ...times,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const service = await db
      .insertInto('services')
      .values({
        sid: newSid('IS', now),
        account_id: account.id,
        friendly_name: 'bench',
        default_service_role_id: null,
        default_conversation_role_id: null,
        default_conversation_creator_role_id: null,
        reachability_enabled: 0,
        ...times,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const conversation = await db
      .insertInto('conversations')
      .values({
        sid: newSid('CH', now),
        service_id: service.id,
        unique_name: null,
        friendly_name: 'Room',
        attributes: '{}',
        state: 'active',
        state_updated_at: null,
        created_by: 'system',
        next_message_index: 0,
        last_message_index: null,
        last_message_at: null,
        messages_count: 0,
        participants_count: 0,
        channel_event: 0,
        messages_event: 0,
        roster_event: 0,
        ...times,
      })
      .returning(['id', 'sid'])
      .executeTakeFirstOrThrow();
    return { serviceId: service.id, conversationId: conversation.id, conversationSid: conversation.sid };
  });
}
