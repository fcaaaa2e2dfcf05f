export type { JoinPolicy } from '../config/index.ts';
export { isSid, newSid } from '../sid.ts';
export type {
  Change,
  ConversationRow,
  MembershipRow,
  MessageRow,
  ParticipantRow,
  ReadDb,
  UserInfoKey,
  UserRow,
} from '../store/seam.ts';
export { authenticate } from './account/authenticate.ts';
export {
  type FirstCredentials,
  FirstStartError,
  type FirstStartResult,
  firstStart,
  startAnew,
} from './account/first-start.ts';
export type { AccountActor, Actor, ServiceRef, UserActor } from './actor.ts';
export { findApiKey } from './api-key/queries.ts';
export { type BeforeHook, type Command, createCommandRunner, type Execute } from './command.ts';
export { type ConversationAccess, conversationAccess } from './conversation/access.ts';
export { createConversation } from './conversation/create-conversation.ts';
export { listMyConversations, type MyConversation } from './conversation/my-conversations.ts';
export {
  conversationRef,
  findConversation,
  findConversationBySid,
  listConversations,
  requireConversation,
} from './conversation/queries.ts';
export { updateConversation } from './conversation/update-conversation.ts';
export { DomainError, invalidParameter, notFound, refusals } from './errors.ts';
export type { KeyRange } from './key-range.ts';
export { findMessage, listMessages } from './message/queries.ts';
export { removeMessage } from './message/remove-message.ts';
export { sendMessage } from './message/send-message.ts';
export { updateMessage } from './message/update-message.ts';
export { addParticipant } from './participant/add-participant.ts';
export {
  findParticipant,
  findParticipantOfUser,
  listMemberships,
  listParticipants,
  listRoster,
} from './participant/queries.ts';
export { removeParticipant } from './participant/remove-participant.ts';
export { createService } from './service/create-service.ts';
export { findService, findServiceById, listServices, type ServiceRow, serviceRef } from './service/queries.ts';
export { type ChangePage, changesSince } from './sync/changes-since.ts';
export { headEvent, headEvents } from './sync/head-event.ts';
export type { SyncObject, SyncObjectKind } from './sync/sync-object.ts';
export { connectUser } from './user/connect-user.ts';
export { findUser, findUserBySid } from './user/queries.ts';
