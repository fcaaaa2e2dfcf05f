/** Parameters of a webhook, in the order in which they are sent. */
export type Parameters = readonly (readonly [name: ParameterName, value: string])[];

/**
 * Every parameter that there is, in the order of a recorded request as far as one is known (webhooks 4), the rest behind those that they
 * belong to.
 */
const NAMES = [
  'EventType',
  'Attributes',
  'DateCreated',
  'DateUpdated',
  'DateRemoved',
  'Index',
  'MessageSid',
  'AccountSid',
  'Source',
  'ClientIdentity',
  'RetryCount',
  'Author',
  'ParticipantSid',
  'Body',
  'Media',
  'ConversationSid',
  'ChatServiceSid',
  'MessagingServiceSid',
  'FriendlyName',
  'UniqueName',
  'State',
  'StateUpdated',
  'StateFrom',
  'StateTo',
  'Reason',
  'UserSid',
  'Identity',
  'RoleSid',
  'LastReadMessageIndex',
  'MessagingBinding.Type',
  'MessagingBinding.Address',
  'MessagingBinding.ProxyAddress',
  'MessagingBinding.ProjectedAddress',
  'MessagingBinding.AuthorAddress',
  'DeliveryReceiptSid',
  'ChannelMessageSid',
  'Status',
  'ErrorCode',
  // In lower camel case in the documentation.
  'isOnline',
  'isNotifiable',
] as const;

export type ParameterName = (typeof NAMES)[number];

/** Values by parameter. What has none is left out of the request, not sent empty (webhooks 4). */
export type Fields = Partial<Readonly<Record<ParameterName, string | number | boolean | null | undefined>>>;

export function inOrder(fields: Fields): Parameters {
  return NAMES.flatMap((name) => {
    const value = fields[name];
    return value === undefined || value === null ? [] : [[name, String(value)] as const];
  });
}

/** ISO 8601 with milliseconds (webhooks 4). */
export function time(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
