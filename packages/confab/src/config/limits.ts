import { type Problem, show } from './config-error.ts';

/**
 * What Confab bounds, and where. Sizes in bytes are of UTF-8; characters are Unicode code points.
 *
 * The numbers of the resources are the documented ones of the hosted service (lifecycle 11), so that what fits there
 * fits here and what is refused there is refused here. The others keep the memory and the work of one client bounded.
 */
export interface Limits {
  readonly initTimeoutMs: number;
  readonly preInitFrameBytes: number;
  readonly frameBytes: number;
  readonly jsonDepth: number;
  readonly loginsAtOnce: number;
  readonly loginsWaiting: number;
  readonly loginWaitMs: number;
  readonly requestsInFlightPerConnection: number;
  readonly subscriptionsPerConnection: number;
  readonly replayBytesPerConnection: number;
  readonly replaySliceEvents: number;
  readonly outboxBytesPerConnection: number;
  readonly keepalivePingMs: number;
  readonly keepaliveReplyMs: number;
  readonly reachabilityOfflineMs: number;
  readonly presenceLeaseMs: number;
  readonly connectionDelayMs: number;
  readonly delayedBytesPerConnection: number;
  readonly tapsPerNode: number;
  readonly tapBufferBytes: number;
  readonly tapBodyBytes: number;
  readonly typingTimeoutMs: number;
  readonly typingSignalsPerUser: number;
  readonly typingSignalsPerSecond: number;

  readonly restBodyBytes: number;
  readonly pageSizeDefault: number;
  readonly pageSizeMaximum: number;
  readonly tokenRequestsPerAddress: number;
  readonly tokensPerIdentity: number;

  readonly conversationFriendlyNameCharacters: number;
  readonly conversationUniqueNameCharacters: number;
  readonly conversationAttributesBytes: number;
  readonly messageBodyBytes: number;
  readonly messageAttributesBytes: number;
  readonly messageSubjectCharacters: number;
  readonly channelMetadataBytes: number;
  readonly contentFriendlyNameCharacters: number;
  readonly contentBytes: number;
  readonly participantAttributesBytes: number;
  readonly identityCharacters: number;
  readonly userFriendlyNameCharacters: number;
  readonly userAttributesBytes: number;
  readonly serviceFriendlyNameCharacters: number;
  readonly roleFriendlyNameCharacters: number;
  readonly notificationTextCharacters: number;
  readonly credentialFriendlyNameCharacters: number;
  readonly credentialSecretBytes: number;
  readonly addressFriendlyNameCharacters: number;
  readonly bindingEndpointCharacters: number;

  readonly participantsPerConversation: number;
  readonly nonChatParticipantsPerConversation: number;
  readonly groupParticipantsPerConversation: number;
  readonly participantsPerCreation: number;
  readonly webhooksPerConversation: number;
  readonly conversationsPerUser: number;
  readonly bindingsPerUser: number;
  readonly unreadMessagesCount: number;
  readonly mediaFilesPerMessage: number;
  readonly mediaBytesPerMessage: number;
  readonly mediaFilenameCharacters: number;
  readonly mediaUnattachedMs: number;
  readonly mediaUnattachedBytesPerUser: number;
  readonly mediaLinkSeconds: number;
  readonly mediaBytesKeptHours: number;
  readonly mediaUploadsAtOnce: number;
  readonly mediaUploadsAtOncePerUser: number;
  readonly mediaUploadBytesPerSecond: number;
  readonly mediaUploadMs: number;
  readonly mediaDownloadsAtOnce: number;
  readonly mediaDownloadsAtOncePerUser: number;
  readonly mediaDownloadBytesPerSecond: number;
  readonly imagePixels: number;
  readonly thumbnailEdgePixels: number;

  readonly serviceChangesPerSecond: number;
  readonly conversationChangesPerSecond: number;
  readonly failedLoginsPerMinute: number;

  readonly webhookTimeoutMs: number;
  readonly webhookAnswerBytes: number;
  readonly webhookTries: number;
  readonly webhookPatienceMs: number;
  readonly webhookLeaseMs: number;
  readonly webhookReplayMessages: number;
  readonly webhookLogDays: number;
  readonly webhookLogDeliveries: number;
  readonly preActionCommandsWaiting: number;

  readonly batchCommands: number;
  readonly commandsWaiting: number;
  readonly databaseConnectMs: number;
  readonly databaseAnswerMs: number;
  readonly rowsPerStatement: number;
  readonly tombstoneDays: number;
  readonly idempotencyKeyHours: number;
  readonly readHorizonMergeMembers: number;
  readonly readHorizonMergeMs: number;
  readonly deliveredHorizonMs: number;
  readonly busCheckMs: number;
  readonly freeDiskPercent: number;
}

/** The limits when nothing else is configured. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  // Sockets. Before its token is checked a client is a stranger: little time, and one small frame. A token has at most
  // 8 kB, and the rest of `init` is metadata.
  initTimeoutMs: 10_000,
  preInitFrameBytes: 16 * 1024,
  // Many times the largest honest request: a message body and its attributes, escaped, are below 250 kB.
  frameBytes: 1024 * 1024,
  // Attributes nest a few levels. Deep JSON costs stack in every parser, here and in each recipient's application.
  jsonDepth: 64,
  // When all clients of a node come back at once, so many are worked on at a time, and the others wait their turn.
  loginsAtOnce: 64,
  // Each holds a token till its turn comes: with more before it than this, a client is told to come again a little later. As many are
  // through in a few seconds, well before the SDK gives up on its login (30 s, protocol 3.2).
  loginsWaiting: 5_000,
  // Then it is told the same: with the login's own time after it (`initTimeoutMs`), it still hears of it before the SDK gives up.
  loginWaitMs: 15_000,
  // The SDK sends its start-up requests at once, a few per conversation; more than this is not a user.
  requestsInFlightPerConnection: 64,
  // 1,000 conversations with three objects each, the subscribed users, and room for as many again.
  subscriptionsPerConnection: 10_000,
  // Missed events read for one connection and not yet written to it. The rest stays in the database till there is room.
  replayBytesPerConnection: 1024 * 1024,
  // Missed events of one object sent in a row: then the client is asked to ask again, and its other objects have their turn.
  replaySliceEvents: 2_000,
  // Who leaves this much unread is cut off, and catches up from the database on return. A page of 100 messages of the
  // largest size has 4 MB as plain text.
  outboxBytesPerConnection: 8 * 1024 * 1024,
  // Mobile clients give up after 45 s of silence (protocol 3.4).
  keepalivePingMs: 30_000,
  // A half-open socket is noticed by a ping that nobody answers; a slow mobile network answers within this.
  keepaliveReplyMs: 15_000,
  // Who reloads a page, or changes from one network to another, has not been away.
  reachabilityOfflineMs: 10_000,
  // A node that says nothing for so long is dead, and those who were on it are offline. Well above the longest pause of a live one.
  presenceLeaseMs: 30_000,
  // Longer than any network, and than the SDK waits for an answer (30 s, protocol 4).
  connectionDelayMs: 60_000,
  // Of a connection that the operator slows, what came and is not heard yet. Beyond that it is not read from.
  delayedBytesPerConnection: 1024 * 1024,
  // Each has work with every message of the connections that it looks at.
  tapsPerNode: 32,
  // What whoever taps has not read. More is left out, and how much is told.
  tapBufferBytes: 1024 * 1024,
  // Larger contents are not told by a tap.
  tapBodyBytes: 64 * 1024,
  // Told to clients, which let go of a typist after it, and type no oftener themselves (lifecycle 10).
  typingTimeoutMs: 5_000,
  // Of a user in a conversation within that time: an honest client sends one, and one more after a reload or from another device.
  typingSignalsPerUser: 5,
  // Of a conversation. Each reaches every member: in a room of thousands nobody reads who of fifty is typing.
  typingSignalsPerSecond: 10,

  // The largest resource, percent-encoded at three bytes for one: (32 kB body + 4 kB attributes) * 3, and room.
  restBodyBytes: 256 * 1024,
  // REST 4. Some lists have a smaller maximum of their own.
  pageSizeDefault: 50,
  pageSizeMaximum: 100,
  // A minute's worth. An office asks from one address; a client asks a few times an hour.
  tokenRequestsPerAddress: 120,
  tokensPerIdentity: 20,

  // Sizes (lifecycle 11).
  conversationFriendlyNameCharacters: 256,
  // Not documented; that of every other name, and it keeps index entries small.
  conversationUniqueNameCharacters: 256,
  conversationAttributesBytes: 16 * 1024,
  messageBodyBytes: 32 * 1024,
  messageAttributesBytes: 4 * 1024,
  messageSubjectCharacters: 256,
  // Not documented; what a channel says of a message is small.
  channelMetadataBytes: 16 * 1024,
  // Not documented; that of every other name, and twice the text of a message.
  contentFriendlyNameCharacters: 256,
  contentBytes: 64 * 1024,
  participantAttributesBytes: 4 * 1024,
  identityCharacters: 256,
  // Not documented; that of every other name.
  userFriendlyNameCharacters: 256,
  userAttributesBytes: 16 * 1024,
  serviceFriendlyNameCharacters: 256,
  roleFriendlyNameCharacters: 64,
  // Not documented. What is sent is cut to 178 characters (lifecycle 8); variables may be longer than what they stand for.
  notificationTextCharacters: 1_024,
  credentialFriendlyNameCharacters: 64,
  // Not documented. Certificates, keys and service accounts have a few kB.
  credentialSecretBytes: 16 * 1024,
  addressFriendlyNameCharacters: 256,
  // Not documented. Registration ids of the push services have some 160 characters, and are said to be able to grow.
  bindingEndpointCharacters: 1_024,

  // Counts (lifecycle 11).
  participantsPerConversation: 1_000,
  nonChatParticipantsPerConversation: 50,
  groupParticipantsPerConversation: 10,
  // In one request that makes a conversation with them.
  participantsPerCreation: 10,
  webhooksPerConversation: 5,
  // Active and inactive ones; closed ones do not count (lifecycle 1).
  conversationsPerUser: 1_000,
  // Not documented. Devices are seldom signed off: when there are more, the one that was registered first goes.
  bindingsPerUser: 100,
  // Counting on would cost work in proportion to what was not read (lifecycle 3).
  unreadMessagesCount: 1_000,
  // Told to the SDK, which enforces them as well (protocol 7.1; lifecycle 9).
  mediaFilesPerMessage: 10,
  mediaBytesPerMessage: 150 * 1024 * 1024,
  // Not documented; that of every other name.
  mediaFilenameCharacters: 256,
  // What is not attached within this is swept (lifecycle 9).
  mediaUnattachedMs: 5 * 60_000,
  // Two messages of the largest size: what a user can have stored without telling anybody of it.
  mediaUnattachedBytesPerUser: 300 * 1024 * 1024,
  // How long a temporary link is good (lifecycle 9).
  mediaLinkSeconds: 300,
  // The bytes of what was removed stay so long, so that the files copied after the database are those that it tells of.
  mediaBytesKeptHours: 24,
  // Of each node. Each holds a file open, and up to a message's bytes on the disk.
  mediaUploadsAtOnce: 64,
  // The SDK sends the files of a message at once.
  mediaUploadsAtOncePerUser: 10,
  // Slower than any network on which chat works at all. Looked at over half a minute, so that a tunnel does no harm.
  mediaUploadBytesPerSecond: 2_048,
  mediaUploadMs: 60 * 60_000,
  // Of each node. Each holds a file or a connection to the object storage.
  mediaDownloadsAtOnce: 500,
  // A page full of pictures, through a proxy that asks for them all at once.
  mediaDownloadsAtOncePerUser: 100,
  // As for uploads. Looked at over two minutes, since buffers on the way take megabytes at once.
  mediaDownloadBytesPerSecond: 2_048,
  // What is larger is not looked into: decoded, an image has four bytes for each pixel, whatever its file has.
  imagePixels: 50_000_000,
  thumbnailEdgePixels: 320,

  // Rates, of each node: a hundred times the documented ones (lifecycle 11), which are those of a shared service.
  serviceChangesPerSecond: 3_000,
  conversationChangesPerSecond: 3_000,
  // Of one address, each wrong secret once. Nobody types so many; a scanner is slowed to nothing.
  failedLoginsPerMinute: 60,

  // Webhooks. The documented time (webhooks 3), for a try as a whole; a URL may ask for another.
  webhookTimeoutMs: 5_000,
  // A message's body and attributes, escaped as JSON, at the worst.
  webhookAnswerBytes: 256 * 1024,
  // Some seven in the first minute, and then late ones over a day and a half. A program that was down for a night gets them all.
  webhookTries: 20,
  // So long those behind it in its conversation wait for one that fails.
  webhookPatienceMs: 60_000,
  // Longer than any try takes: what a node that died had in hand is sent again by another after this.
  webhookLeaseMs: 20_000,
  // A webhook that is new to a conversation is sent so many old messages at most.
  webhookReplayMessages: 1_000,
  // What was sent, and what was answered. Weeks of a small service; and no more rows than a page of them is read from at ease.
  webhookLogDays: 14,
  webhookLogDeliveries: 100_000,
  // Of one service on one node. Each holds what it was asked for, and up to an answer.
  preActionCommandsWaiting: 1_000,

  // Store. Commands that wait at the same moment share one commit: so many at most. Larger batches
  // gain little more and delay the first answer.
  batchCommands: 64,
  // Beyond that many waiting commands the database is not keeping up: refusing is kinder than a queue that only grows.
  commandsWaiting: 10_000,
  // PostgreSQL. Who waits for an answer has given up after half a minute (the helper libraries): it must be told before that a
  // server is gone which says nothing. Both are many times what a server takes that is merely busy.
  databaseConnectMs: 5_000,
  databaseAnswerMs: 10_000,
  // Keeps one statement from holding the event loop for more than a few milliseconds.
  rowsPerStatement: 1_000,
  // How long a client may sleep and still learn by replay what was removed; one that slept longer starts anew.
  tombstoneDays: 35,
  // Who sends a request again does so within minutes; a queue that was stuck, within a day (invariant 5).
  idempotencyKeyHours: 24,
  // Each horizon reaches each member, so that their cost grows with the square: above so many members they are merged
  // over so long.
  readHorizonMergeMembers: 50,
  readHorizonMergeMs: 1_000,
  // Up to where messages reached a user is of use to whoever asks later, so that many of them share a write.
  deliveredHorizonMs: 5_000,
  // A lost last bus message shows no gap: each node compares what it serves with the database this often.
  busCheckMs: 5_000,
  // Of the disk of the data folder: with less, changes are refused, while there still is room to work in.
  freeDiskPercent: 5,
});

/** With the rates of the hosted service (lifecycle 11), for rehearsals: `CONFAB_LIMITS=hosted`. */
export const HOSTED_LIMITS: Limits = Object.freeze({
  ...DEFAULT_LIMITS,
  serviceChangesPerSecond: 30,
  conversationChangesPerSecond: 30,
  // Not tried again, unless the URL asks for it (webhooks 3).
  webhookTries: 1,
});

export type LimitProfile = 'default' | 'hosted';

const PROFILES: Readonly<Record<LimitProfile, Limits>> = { default: DEFAULT_LIMITS, hosted: HOSTED_LIMITS };

/**
 * The limits of the profile with `overrides` put over them, which are given as `setting`. Each override has to be a whole number from 1;
 * faults go to `problems`.
 */
export function limitsWith(
  profile: LimitProfile,
  overrides: unknown,
  { setting: name, problems }: { setting: string; problems: Problem[] },
): Limits {
  const base = PROFILES[profile];
  if (overrides === undefined) return base;
  if (typeof overrides !== 'object' || overrides === null) {
    problems.push({ setting: name, fault: `is ${show(overrides)}; expected an object of limits` });
    return base;
  }
  const limits: Record<keyof Limits, number> = { ...base };
  for (const [limit, value] of Object.entries(overrides)) {
    const setting = `${name}.${limit}`;
    if (!isLimit(limit)) problems.push({ setting, fault: 'is not a limit that Confab knows' });
    else if (!Number.isSafeInteger(value) || value < 1) {
      problems.push({ setting, fault: `is ${show(value)}; expected a whole number from 1` });
    } else limits[limit] = value;
  }
  return Object.freeze(limits);
}

function isLimit(name: string): name is keyof Limits {
  return Object.hasOwn(DEFAULT_LIMITS, name);
}
