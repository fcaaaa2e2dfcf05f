import type { Limits } from '../../config/index.ts';
import { isSid } from '../../sid.ts';
import type { ConversationRow } from '../../store/seam.ts';
import type { Actor } from '../actor.ts';
import { DomainError, invalidParameter, refusals } from '../errors.ts';
import { checkAttributes, checkLength } from '../text.ts';
import { checkConversationNames } from './names.ts';
import { type RequestableState, readState } from './states.ts';
import { readTimer } from './timers.ts';

/** What can be said about a conversation, when it is made and later. Absent: stays as it is. An empty text clears. */
export interface ConversationInput {
  friendlyName?: string | undefined;
  uniqueName?: string | undefined;
  attributes?: string | undefined;
  messagingServiceSid?: string | undefined;
  emailAddress?: string | undefined;
  emailName?: string | undefined;
  state?: string | undefined;
  /** ISO 8601 durations. */
  inactiveTimer?: string | undefined;
  closedTimer?: string | undefined;
  /** In ms, for the import of history. */
  createdAt?: number | undefined;
  updatedAt?: number | undefined;
}

/** The same, checked; only with what was given. */
export interface ConversationFields {
  columns: Partial<
    Pick<
      ConversationRow,
      | 'friendly_name'
      | 'unique_name'
      | 'attributes'
      | 'messaging_service_sid'
      | 'email_address'
      | 'email_name'
      | 'inactive_after'
      | 'closed_after'
      | 'created_at'
      | 'updated_at'
    >
  >;
  state: RequestableState | undefined;
}

/** Checks everything that can be checked without the conversation, each refusal with its own code (REST API 8, lifecycle 1). */
export function readConversationFields(limits: Limits, input: ConversationInput): ConversationFields {
  checkConversationNames(limits, input);
  const { friendlyName, uniqueName, attributes, messagingServiceSid, emailAddress, emailName } = input;
  if (messagingServiceSid !== undefined && messagingServiceSid !== '' && !isSid('MG', messagingServiceSid)) {
    throw invalidParameter('MessagingServiceSid must be a SID: MG and 32 hexadecimal digits.', 'MessagingServiceSid');
  }
  if (emailAddress !== undefined) checkLength('Bindings.Email.Address', emailAddress, limits.identityCharacters, 20001);
  if (emailName !== undefined) checkLength('Bindings.Email.Name', emailName, limits.identityCharacters, 20001);
  const inactive_after = readTimer('inactive', input.inactiveTimer);
  const closed_after = readTimer('closed', input.closedTimer);
  return {
    columns: {
      ...(friendlyName !== undefined && { friendly_name: friendlyName || null }),
      ...(uniqueName !== undefined && { unique_name: uniqueName || null }),
      ...(attributes !== undefined && { attributes: checkAttributes(attributes, limits.conversationAttributesBytes) }),
      ...(messagingServiceSid !== undefined && { messaging_service_sid: messagingServiceSid || null }),
      ...(emailAddress !== undefined && { email_address: emailAddress || null }),
      ...(emailName !== undefined && { email_name: emailName || null }),
      ...(inactive_after !== undefined && { inactive_after }),
      ...(closed_after !== undefined && { closed_after }),
      ...(input.createdAt !== undefined && { created_at: input.createdAt }),
      ...(input.updatedAt !== undefined && { updated_at: input.updatedAt }),
    },
    state: readState(input.state),
  };
}

/** Refuses (50382) timers of a new conversation without a state (lifecycle 1). */
export function requireStateForTimers({ columns, state }: ConversationFields): void {
  const timers = columns.inactive_after !== undefined || columns.closed_after !== undefined;
  if (timers && state === undefined) {
    throw new DomainError(50382, 400, "Timer can't be set without state: give State, too.", 'State');
  }
}

/** Refuses (50107) what SDK users may not say of a conversation, such as states and timers: all but its names and attributes (lifecycle 1). */
export function requireMayGive(actor: Actor, { columns, state }: ConversationFields): void {
  if (actor.kind !== 'user') return;
  const { friendly_name, unique_name, attributes, ...others } = columns;
  if (state !== undefined || Object.keys(others).length > 0) throw refusals.notAllowed();
}
