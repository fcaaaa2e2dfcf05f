export type { JoinPolicy } from '../config/index.ts';
export { isSid, newSid } from '../sid.ts';
export type {
  Change,
  ChangeSet,
  ConversationRow,
  ErasedMessages,
  KnownBy,
  MembershipRow,
  MessageRow,
  ParticipantRow,
  ReadDb,
  ReceiptStatus,
  Recheck,
  UserInfoKey,
  UserRow,
} from '../store/seam.ts';
export {
  createSecondaryAuthToken,
  deleteSecondaryAuthToken,
  promoteSecondaryAuthToken,
} from './account/auth-tokens.ts';
export { authenticate, provenCredential } from './account/authenticate.ts';
export { type AccountConfiguration, findAccountConfiguration } from './account/configuration.ts';
export { createSubaccount } from './account/create-subaccount.ts';
export { effectiveStatus } from './account/effective-status.ts';
export {
  type FirstCredentials,
  FirstStartError,
  type FirstStartResult,
  firstStart,
  startAnew,
} from './account/first-start.ts';
export { instanceName } from './account/instance-name.ts';
export { type LiveKey, liveKeysAndUsers } from './account/live-keys-and-users.ts';
export { operatorOf } from './account/operator.ts';
export { type AccountRow, findSubaccount, listAccounts, requireAccountRow } from './account/queries.ts';
export { type ReissuedSecret, reissueSecrets } from './account/reissue-secrets.ts';
export { renewEpoch } from './account/renew-epoch.ts';
export { resealSecrets } from './account/reseal-secrets.ts';
export { resetAuthToken } from './account/reset-auth-token.ts';
export { showFirstSecrets } from './account/unshown-secrets.ts';
export { updateAccount } from './account/update-account.ts';
export { updateConfiguration } from './account/update-configuration.ts';
export { type AccountActor, type Actor, nameOf, type ServiceRef, SYSTEM_ACTOR, type UserActor } from './actor.ts';
export { createAddressConfiguration } from './address/create-address-configuration.ts';
export { deleteAddressConfiguration } from './address/delete-address-configuration.ts';
export {
  type AddressConfigurationRow,
  findAddressConfiguration,
  listAddressConfigurations,
} from './address/queries.ts';
export { updateAddressConfiguration } from './address/update-address-configuration.ts';
export { createApiKey, type KeyWithSecret } from './api-key/create-api-key.ts';
export { createKeyUses, type KeyUses } from './api-key/key-uses.ts';
export { liveSecretsOf } from './api-key/live-secrets.ts';
export { isPermitted, shownPolicy } from './api-key/policy.ts';
export { type ApiKeyRow, findApiKey, type ListedApiKey, listApiKeys } from './api-key/queries.ts';
export { revokeApiKey } from './api-key/revoke-api-key.ts';
export { rotateApiKey } from './api-key/rotate-api-key.ts';
export { findTokenSigner, type TokenSigner } from './api-key/token-signer.ts';
export { updateApiKey } from './api-key/update-api-key.ts';
export { writeLastUsed } from './api-key/write-last-used.ts';
export { type AuditFilter, type AuditRow, listAuditLog } from './audit/list-audit-log.ts';
export { recordAudit } from './audit/record-audit.ts';
export { type BindingRow, findBinding, findBindingOfUser, listBindings } from './binding/queries.ts';
export { registerBinding } from './binding/register-binding.ts';
export { removeBinding } from './binding/remove-binding.ts';
export { type Command, createCommandRunner, type Execute } from './command.ts';
export {
  type ConsoleSession,
  consoleActor,
  consoleSessionToken,
  renewableSession,
} from './console-session/console-session.ts';
export { endConsoleSessions } from './console-session/end-console-sessions.ts';
export { developmentCredential, openConsoleSession } from './console-session/open-console-session.ts';
export { createContent } from './content/create-content.ts';
export { deleteContent } from './content/delete-content.ts';
export { accountOfService, type ContentRow, findContent, listContents } from './content/queries.ts';
export { type ConversationAccess, findConversationFor } from './conversation/access.ts';
export {
  abandonConversation,
  completeConversation,
  initializingConversations,
} from './conversation/complete-conversation.ts';
export { createConversation } from './conversation/create-conversation.ts';
export { createConversationWithParticipants } from './conversation/create-with-participants.ts';
export { deleteConversation } from './conversation/delete-conversation.ts';
export { dueConversations, elapseTimer } from './conversation/elapse-timer.ts';
export { listConversationsOfUser, listMyConversations, type MyConversation } from './conversation/my-conversations.ts';
export {
  conversationRef,
  findConversation,
  listConversations,
  listConversationsByDate,
  requireConversation,
} from './conversation/queries.ts';
export { updateConversation } from './conversation/update-conversation.ts';
export { createCredential } from './credential/create-credential.ts';
export { deleteCredential } from './credential/delete-credential.ts';
export { type CredentialRow, findCredential, listCredentials } from './credential/queries.ts';
export { updateCredential } from './credential/update-credential.ts';
export { DomainError, invalidParameter, notFound, RateExceeded, refusals } from './errors.ts';
export { beginPersonExport } from './export/begin-person-export.ts';
export { exportConversation } from './export/export-conversation.ts';
export { exportPerson } from './export/export-person.ts';
export { expireIdempotencyKeys } from './housekeeping/expire-idempotency-keys.ts';
export { expireTombstones } from './housekeeping/expire-tombstones.ts';
export { finishDeletedUsers } from './housekeeping/finish-deleted-users.ts';
export { forgetSessionEnds } from './housekeeping/forget-session-ends.ts';
export { purgeDeletedConversations } from './housekeeping/purge-deleted-conversations.ts';
export { purgeDeletedServices } from './housekeeping/purge-deleted-services.ts';
export { AlreadyApplied, type AppliedRequest, findApplied, type KeyedRequest } from './idempotency/keyed-request.ts';
export type { Key, KeyRange, KeysetRange } from './key-range.ts';
export {
  type CreateMediaInput,
  checkFileDescription,
  createMedia,
  type FileDescription,
  type StoredFile,
} from './media/create-media.ts';
export { findLinkedMedia } from './media/find-linked-media.ts';
export { type FoundMedia, findMediaFor } from './media/find-media.ts';
export { type MediaItem, type MediaRow, mediaOf } from './media/media-item.ts';
export {
  expireUnattachedMedia,
  forgetMedia,
  knownMedia,
  mediaToPurge,
} from './media/remove-media.ts';
export { messageFacts } from './message/facts.ts';
export { findMessage, listMessages } from './message/queries.ts';
export { listEmailParticipants, type MessageRecipient, messageRecipients } from './message/recipients.ts';
export { removeMessage } from './message/remove-message.ts';
export { sendMessage } from './message/send-message.ts';
export { type ChannelMetadata, channelMetadataOf, setChannelMetadata } from './message/set-channel-metadata.ts';
export { unreadMessagesCount } from './message/unread-count.ts';
export { updateMessage } from './message/update-message.ts';
export type { NotificationSettings } from './notification/notification-settings.ts';
export { findNotificationSettings } from './notification/queries.ts';
export { updateNotificationSettings } from './notification/update-notification-settings.ts';
export { addParticipant } from './participant/add-participant.ts';
export { channelOf, messagingBinding } from './participant/binding.ts';
export { listParticipantConversations, type ParticipantConversation } from './participant/participant-conversations.ts';
export {
  findParticipant,
  findParticipantOfUser,
  listMemberships,
  listParticipants,
  listRoster,
} from './participant/queries.ts';
export { removeParticipant } from './participant/remove-participant.ts';
export { setNotificationLevel } from './participant/set-notification-level.ts';
export { setReadHorizon } from './participant/set-read-horizon.ts';
export { updateMyConversation } from './participant/update-my-conversation.ts';
export { updateParticipant } from './participant/update-participant.ts';
export { continueErasures } from './person/continue-erasures.ts';
export { erasePerson } from './person/erase-person.ts';
export { type ErasureRow, findErasure, lastErasedAt, listErasures, nameInService } from './person/queries.ts';
export { type Alterations, type BeforeHook, type PendingAction, refusedByWebhook } from './pre-action.ts';
export { expirePresence, renewPresenceLease } from './presence/leases.ts';
export { type Reachability, reachabilityOf } from './presence/reachability.ts';
export { servicesWithReachability } from './presence/services-with-reachability.ts';
export { setPresence } from './presence/set-presence.ts';
export { type Delivery, reportedDelivery, sharesOf } from './receipt/delivery.ts';
export {
  deliveries,
  findReceipt,
  listReceipts,
  type Receipt,
  receiptSid,
  reportedReceipt,
} from './receipt/receipts.ts';
export { reportDelivery } from './receipt/report-delivery.ts';
export { listReportedReceipts, type ReceiptRow } from './receipt/reported-receipts.ts';
export { type DeliveredHorizon, setDeliveredHorizons } from './receipt/set-delivered-horizons.ts';
export { expireOld } from './retention/expire-old.ts';
export { findRetention, type Retention } from './retention/settings.ts';
export { updateRetention } from './retention/update-retention.ts';
export { createRole } from './role/create-role.ts';
export { deleteRole } from './role/delete-role.ts';
export { findRole, type RoleRow } from './role/find-role.ts';
export { listRoles } from './role/queries.ts';
export { updateRole } from './role/update-role.ts';
export {
  findConversationsByName,
  listConversationsByActivity,
} from './search/find-conversations.ts';
export { type FoundMessage, findMessages } from './search/find-messages.ts';
export { keepSearchable } from './search/keep-searchable.ts';
export { createService } from './service/create-service.ts';
export { deleteService } from './service/delete-service.ts';
export { findServiceConfiguration, type ServiceConfiguration } from './service/find-service-configuration.ts';
export { findService, findServiceById, listServices, type ServiceRow, serviceRef } from './service/queries.ts';
export { updateServiceConfiguration } from './service/update-service-configuration.ts';
export {
  type ConnectionControl,
  checkConnectionControl,
  DROPS,
  type Shape,
  UNSHAPED,
} from './session/connection-control.ts';
export { controlConnection } from './session/control-connection.ts';
export { endSessions } from './session/end-sessions.ts';
export { openTap } from './session/open-tap.ts';
export { type SessionEnd, sessionEndsAfter } from './session/session-ends.ts';
export { type FilteredSession, matchesFilter, type SessionFilter } from './session/session-filter.ts';
export type { DescribedPacket, Tap, TapEvent } from './session/tap-event.ts';
export { type ChangePage, changesSince } from './sync/changes-since.ts';
export { headEvents, headPosition } from './sync/head-event.ts';
export { participantUserIds } from './sync/participant-user-ids.ts';
export type { SyncObject, SyncObjectKind } from './sync/sync-object.ts';
export { mintToken } from './token/mint-token.ts';
export { connectUser } from './user/connect-user.ts';
export { createUser } from './user/create-user.ts';
export { deleteUser } from './user/delete-user.ts';
export {
  findUser,
  findUserBySid,
  findUserBySidOrIdentity,
  listUsers,
  type UserWithRole,
  usersById,
  withRole,
} from './user/queries.ts';
export { updateUser } from './user/update-user.ts';
export {
  type ConversationWebhookRow,
  createConversationWebhook,
  deleteConversationWebhook,
  findConversationWebhook,
  listConversationWebhooks,
  updateConversationWebhook,
} from './webhook/conversation-webhooks.ts';
export {
  findWebhookDelivery,
  forgetDeliveries,
  lateLane,
  listWebhookAttempts,
  listWebhookDeliveries,
  redeliverWebhook,
  targetTrouble,
  type WebhookAttemptRow,
  type WebhookDeliveryRow,
} from './webhook/deliveries.ts';
export { type DeliveryWithAttempts, webhookDeliveriesOf } from './webhook/deliveries-of-subject.ts';
export {
  type PostActionEvent,
  type PreActionEvent,
  SCOPED_WEBHOOK_EVENTS,
  WEBHOOK_EVENTS,
  type WebhookEvent,
} from './webhook/events.ts';
export { findPreWebhook, type PreWebhook } from './webhook/pre-webhook.ts';
export { findWebhookConfiguration, type WebhookConfigurationRow } from './webhook/queries.ts';
export { effectiveWebhookConfiguration, sendingWebhooks } from './webhook/targets.ts';
export { updateWebhookConfiguration } from './webhook/update-webhook-configuration.ts';
