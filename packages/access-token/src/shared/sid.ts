const kinds = {
  AC: 'an Account SID',
  SK: 'an API key SID',
  IS: 'a Service SID',
  RL: 'a Role SID',
  CR: 'a Credential SID',
  US: 'a User SID',
  AP: 'an Application SID',
  WS: 'a Workspace SID',
  WK: 'a Worker SID',
  VS: 'a Configuration Profile SID',
} as const;

/** The two letters that a SID begins with. */
export type SidPrefix = keyof typeof kinds;

const SID = /^[A-Z]{2}[0-9a-fA-F]{32}$/;

/** Whether `value` is a SID of this kind: its two letters and 32 hex digits of either case, nothing around them. */
export function isSid(prefix: SidPrefix, value: unknown): value is string {
  return prefixOfSid(value) === prefix;
}

/** The two letters that a SID of any kind begins with, undefined for what is no SID. */
export function prefixOfSid(value: unknown): string | undefined {
  return typeof value === 'string' && value.length === 34 && SID.test(value) ? value.slice(0, 2) : undefined;
}

/** The kind in words, for messages: `an Account SID (AC and 32 hex digits)`. */
export function describeSid(prefix: SidPrefix): string {
  return `${kinds[prefix]} (${prefix} and 32 hex digits)`;
}
