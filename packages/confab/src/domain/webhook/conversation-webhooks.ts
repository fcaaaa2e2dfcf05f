import type { Selectable } from 'kysely';
import { newSid } from '../../sid.ts';
import {
  appendEvent,
  type ConversationRow,
  type ConversationWebhookTable,
  type ReadDb,
  type WebhookTarget,
} from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command, TransactContext } from '../command.ts';
import { lockConversation } from '../conversation/claim-event.ts';
import { DomainError, invalidParameter } from '../errors.ts';
import type { KeyRange } from '../key-range.ts';
import { type ConversationWebhookInput, readTarget, readWebhookSettings } from './conversation-webhook-settings.ts';

export type ConversationWebhookRow = Selectable<ConversationWebhookTable>;

interface Place {
  service: ServiceRef;
  conversation: ConversationRow;
}

export interface CreateConversationWebhookInput extends Place, ConversationWebhookInput {
  target?: string | undefined;
  /** Index of the message from which on those that are there already are sent, too. */
  replayAfter?: number | undefined;
}

interface CreatePlan extends Place {
  target: WebhookTarget;
  settings: ReturnType<typeof readWebhookSettings>;
  replayAfter: number | undefined;
}

/** Makes a webhook of a conversation. For account credentials. 50361 over the limit of a conversation. */
export const createConversationWebhook: Command<CreateConversationWebhookInput, CreatePlan, ConversationWebhookRow> = {
  name: 'createConversationWebhook',
  prepare({ actor }, { service, conversation, target: text, replayAfter, ...input }) {
    requireAccount(actor);
    if (replayAfter !== undefined && replayAfter < 0) {
      throw invalidParameter('Configuration.ReplayAfter must be the index of a message.', 'Configuration.ReplayAfter');
    }
    const target = readTarget(text);
    return { service, conversation, target, settings: readWebhookSettings(target, input, true), replayAfter };
  },
  affinity: ({ conversation }) => conversation.id,
  async transact(context, { service, conversation, target, settings, replayAfter }) {
    const { actor, db, limits, now } = context;
    const { next_message_index } = await lockConversation(db, actor, conversation);
    const most = limits.webhooksPerConversation;
    const { count } = await db
      .selectFrom('conversation_webhooks')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('conversation_id', '=', conversation.id)
      .executeTakeFirstOrThrow();
    if (Number(count) >= most) {
      throw new DomainError(50361, 400, `The conversation has ${most} webhooks, which is its limit.`);
    }
    const row = await db
      .insertInto('conversation_webhooks')
      .values({
        sid: newSid('WH', now),
        conversation_id: conversation.id,
        target,
        url: null,
        method: null,
        filters: null,
        flow_sid: null,
        replay_after: replayAfter ?? null,
        live_from_index: next_message_index,
        created_at: now,
        updated_at: now,
        ...settings,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await log(context, 'conversation_webhook.added', { service, conversation }, row);
    return row;
  },
};

export interface UpdateConversationWebhookInput extends Place, ConversationWebhookInput {
  webhook: ConversationWebhookRow;
}

interface UpdatePlan extends Place {
  webhook: ConversationWebhookRow;
  settings: ReturnType<typeof readWebhookSettings>;
}

/** Changes a webhook of a conversation; its target stays (webhooks 5). For account credentials. */
export const updateConversationWebhook: Command<UpdateConversationWebhookInput, UpdatePlan, ConversationWebhookRow> = {
  name: 'updateConversationWebhook',
  prepare({ actor }, { service, conversation, webhook, ...input }) {
    requireAccount(actor);
    return { service, conversation, webhook, settings: readWebhookSettings(webhook.target, input, false) };
  },
  affinity: ({ conversation }) => conversation.id,
  async transact(context, { service, conversation, webhook, settings }) {
    const { actor, db, now } = context;
    await lockConversation(db, actor, conversation);
    const row = await db
      .updateTable('conversation_webhooks')
      .set({ ...settings, updated_at: now })
      .where('id', '=', webhook.id)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw webhookNotFound(webhook.sid);
    await log(context, 'conversation_webhook.updated', { service, conversation }, row);
    return row;
  },
};

export interface DeleteConversationWebhookInput extends Place {
  webhook: ConversationWebhookRow;
}

/** Removes a webhook of a conversation. For account credentials. */
export const deleteConversationWebhook: Command<DeleteConversationWebhookInput, DeleteConversationWebhookInput, void> =
  {
    name: 'deleteConversationWebhook',
    evenOnFullDisk: true,
    prepare({ actor }, input) {
      requireAccount(actor);
      return input;
    },
    affinity: ({ conversation }) => conversation.id,
    async transact(context, { service, conversation, webhook }) {
      const { actor, db } = context;
      await lockConversation(db, actor, conversation);
      const row = await db
        .deleteFrom('conversation_webhooks')
        .where('id', '=', webhook.id)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw webhookNotFound(webhook.sid);
      await log(context, 'conversation_webhook.removed', { service, conversation }, row);
    },
  };

export function findConversationWebhook(
  db: ReadDb,
  conversationId: number,
  sid: string,
): Promise<ConversationWebhookRow | undefined> {
  return db
    .selectFrom('conversation_webhooks')
    .selectAll()
    .where('sid', '=', sid)
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst();
}

/** Webhooks of the conversation, by id: the order in which they were made. */
export function listConversationWebhooks(
  db: ReadDb,
  conversationId: number,
  { order, from, limit }: KeyRange,
): Promise<ConversationWebhookRow[]> {
  let query = db.selectFrom('conversation_webhooks').selectAll().where('conversation_id', '=', conversationId);
  if (from !== undefined) query = query.where('id', order === 'asc' ? '>=' : '<=', from);
  return query.orderBy('id', order).limit(limit).execute();
}

function webhookNotFound(sid: string): DomainError {
  return new DomainError(50360, 404, `Webhook ${sid} not found`);
}

/** Without its URL, which may have secrets in it: the webhook is in the database. */
async function log(
  { actor, db, now }: TransactContext,
  kind: string,
  { service, conversation }: Place,
  { sid, target }: ConversationWebhookRow,
): Promise<void> {
  await appendEvent(db, {
    service_id: service.id,
    kind,
    subject_sid: sid,
    actor: nameOf(actor),
    payload: JSON.stringify({ sid, conversation_sid: conversation.sid, target }),
    created_at: now,
  });
}
