import type { Command } from '../command.ts';
import { readTimer } from '../conversation/timers.ts';
import { requireServiceOf } from '../service/queries.ts';
import { appendAccountEvent } from './append-account-event.ts';
import { type AccountConfiguration, findAccountConfiguration } from './configuration.ts';
import { lockAccount } from './lock-account.ts';
import { requireAccount } from './require-main.ts';

export interface UpdateConfigurationInput {
  /** Absent: stays as it is. */
  chatServiceSid?: string | undefined;
  /** Null: none. */
  messagingServiceSid?: string | null | undefined;
  /** ISO 8601 durations; empty or zero: none. */
  inactiveTimer?: string | undefined;
  closedTimer?: string | undefined;
}

/**
 * Changes the account's defaults, which new conversations get. Requests in the short form are about another service from then on, when
 * that is changed. 50050 for a service that the account does not have; timers are refused as those of a conversation. For account
 * credentials.
 */
export const updateConfiguration: Command<UpdateConfigurationInput, UpdateConfigurationInput, AccountConfiguration> = {
  name: 'updateConfiguration',
  prepare({ actor }, input) {
    requireAccount(actor);
    return {
      ...input,
      inactiveTimer: storedTimer('inactive', input.inactiveTimer, 'DefaultInactiveTimer'),
      closedTimer: storedTimer('closed', input.closedTimer, 'DefaultClosedTimer'),
    };
  },
  async transact(context, { chatServiceSid, messagingServiceSid, inactiveTimer, closedTimer }) {
    const { actor, db, now } = context;
    const { account } = requireAccount(actor);
    await lockAccount(db, account.id);
    const service =
      chatServiceSid === undefined
        ? undefined
        : await requireServiceOf(db, account.id, chatServiceSid, 'DefaultChatServiceSid');
    await db
      .updateTable('accounts')
      .set({
        ...(service !== undefined && { default_service_id: service.id }),
        ...(messagingServiceSid !== undefined && { default_messaging_service_sid: messagingServiceSid }),
        ...(inactiveTimer !== undefined && { default_inactive_timer: inactiveTimer || null }),
        ...(closedTimer !== undefined && { default_closed_timer: closedTimer || null }),
        updated_at: now,
      })
      .where('id', '=', account.id)
      .execute();
    const configuration = await findAccountConfiguration(db, account.id);
    await appendAccountEvent(context, 'configuration.updated', { sid: account.sid, ...configuration, updated_at: now });
    return configuration;
  },
};

/** A timer as it is kept: its own words, and empty where it clears. */
function storedTimer(kind: 'inactive' | 'closed', text: string | undefined, parameter: string): string | undefined {
  return text !== undefined && readTimer(kind, text, parameter) === null ? '' : text;
}
