import { appendEvent, type ConversationRow, type ReceiptStatus } from '../../store/seam.ts';
import { requireAccount } from '../account/require-main.ts';
import { nameOf, type ServiceRef } from '../actor.ts';
import type { Command } from '../command.ts';
import { lockUnlessDeleted } from '../conversation/lock-state.ts';
import { invalidParameter, notFound } from '../errors.ts';
import { changeMessage } from '../message/change-message.ts';
import { findMessage } from '../message/queries.ts';
import { findParticipantByAddress } from '../participant/queries.ts';
import { perConversation } from '../rates.ts';
import { checkLength } from '../text.ts';
import { type Receipt, receiptSid, reportedReceipt } from './receipts.ts';
import { countDelivery, supersedes } from './reported-receipts.ts';

export interface ReportDeliveryInput {
  service: ServiceRef;
  conversation: ConversationRow;
  messageSid: string;
  /** SID or address of a participant who is reached by an address. */
  participant: string;
  status: ReceiptStatus;
  /** Of the carrier. */
  errorCode?: number | undefined;
  /** What the carrier calls the message. */
  channelMessageSid?: string | undefined;
}

/** Those of carriers have 34. */
const CHANNEL_SID_CHARACTERS = 64;

/**
 * Takes an operator's gateway at its word about what became of a message on its way to a participant who is reached by an address
 * (lifecycle 4). A status that an earlier report has gone beyond changes nothing. Also in a closed conversation: carriers take their time.
 * Webhooks are told, as of everything that comes from a channel (webhooks 2). For account credentials.
 */
export const reportDelivery: Command<ReportDeliveryInput, ReportDeliveryInput, Receipt> = {
  name: 'reportDelivery',
  rate: perConversation,
  origin: () => ({ source: null, webhooks: true }),
  prepare({ actor }, input) {
    requireAccount(actor);
    const { errorCode, channelMessageSid } = input;
    if (errorCode !== undefined && !(Number.isInteger(errorCode) && errorCode >= 0 && errorCode <= 999_999)) {
      throw invalidParameter('ErrorCode must be a whole number up to 999999.', 'ErrorCode');
    }
    if (channelMessageSid !== undefined) {
      checkLength('ChannelMessageSid', channelMessageSid, CHANNEL_SID_CHARACTERS, 20001);
    }
    return input;
  },
  affinity: ({ conversation }) => conversation.id,
  async transact(context, input) {
    const { actor, db, now } = context;
    const { service, conversation, messageSid, status, errorCode = null, channelMessageSid = null } = input;
    const locked = await lockUnlessDeleted(db, conversation.id);
    if (locked === undefined) throw notFound(`Conversations/${conversation.sid}`);
    const message = await findMessage(db, locked.id, messageSid);
    if (message === undefined) throw notFound(`Messages/${messageSid}`);
    const participant = await findParticipantByAddress(db, locked.id, input.participant);
    if (participant === undefined) {
      throw invalidParameter('Participant is nobody who is in the conversation by an address.', 'Participant');
    }
    if (participant.sid === message.participant_sid) {
      throw invalidParameter('The participant wrote the message: there is no receipt of it.', 'Participant');
    }

    const before = await db
      .selectFrom('message_receipts')
      .selectAll()
      .where('message_id', '=', message.id)
      .where('participant_id', '=', participant.id)
      .executeTakeFirst();
    if (before !== undefined && !supersedes(status, before.status)) {
      return reportedReceipt(message, before);
    }
    const told = {
      status,
      error_code: errorCode,
      channel_message_sid: channelMessageSid ?? before?.channel_message_sid ?? null,
      updated_at: now,
    };
    const receipt = await db
      .insertInto('message_receipts')
      .values({
        message_id: message.id,
        participant_id: participant.id,
        participant_sid: participant.sid,
        created_at: now,
        ...told,
      })
      .onConflict((conflict) => conflict.columns(['message_id', 'participant_id']).doUpdateSet(told))
      .returningAll()
      .executeTakeFirstOrThrow();

    // It is no edit of the message: who changed it last, and when, stays.
    const delivery = JSON.stringify(await countDelivery(db, message));
    await changeMessage(context, service, locked, message, { delivery });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'message.delivery_updated',
      subject_sid: message.sid,
      actor: nameOf(actor),
      payload: JSON.stringify({
        sid: message.sid,
        conversation_sid: locked.sid,
        receipt_sid: receiptSid(message.sid, participant.sid),
        channel_message_sid: receipt.channel_message_sid,
        participant_sid: participant.sid,
        status,
        error_code: receipt.error_code,
        created_at: receipt.created_at,
        updated_at: receipt.updated_at,
      }),
      created_at: now,
    });
    return reportedReceipt(message, receipt);
  },
};
