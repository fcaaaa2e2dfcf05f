import { sid, text, time } from './params.ts';

const STATES = ['initializing', 'active', 'inactive', 'closed'];

/** What a conversation can be made with, and what of it can be changed (REST API 9). The domain knows the codes of states and timers. */
export const CONVERSATION_PARAMS = {
  FriendlyName: text,
  UniqueName: text,
  Attributes: text,
  MessagingServiceSid: { ...text, schema: sid('MG').schema },
  DateCreated: time,
  DateUpdated: time,
  State: { ...text, schema: { type: 'string', enum: STATES } },
  'Timers.Inactive': text,
  'Timers.Closed': text,
  'Bindings.Email.Address': text,
  'Bindings.Email.Name': text,
} as const;

type ConversationValues = {
  readonly [Name in keyof typeof CONVERSATION_PARAMS]?: ReturnType<(typeof CONVERSATION_PARAMS)[Name]['read']>;
};

/** The same, as the domain's commands take it. */
export function conversationInput(given: ConversationValues) {
  return {
    friendlyName: given.FriendlyName,
    uniqueName: given.UniqueName,
    attributes: given.Attributes,
    messagingServiceSid: given.MessagingServiceSid,
    createdAt: given.DateCreated,
    updatedAt: given.DateUpdated,
    state: given.State,
    inactiveTimer: given['Timers.Inactive'],
    closedTimer: given['Timers.Closed'],
    emailAddress: given['Bindings.Email.Address'],
    emailName: given['Bindings.Email.Name'],
  };
}
