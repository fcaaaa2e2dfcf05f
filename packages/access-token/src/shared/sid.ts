const kinds = {
  AC: { name: 'an Account SID', pattern: /^AC[0-9a-fA-F]{32}$/ },
  SK: { name: 'an API key SID', pattern: /^SK[0-9a-fA-F]{32}$/ },
  IS: { name: 'a Service SID', pattern: /^IS[0-9a-fA-F]{32}$/ },
  RL: { name: 'a Role SID', pattern: /^RL[0-9a-fA-F]{32}$/ },
  CR: { name: 'a Credential SID', pattern: /^CR[0-9a-fA-F]{32}$/ },
  US: { name: 'a User SID', pattern: /^US[0-9a-fA-F]{32}$/ },
} as const;

/** The two letters that a SID begins with. */
export type SidPrefix = keyof typeof kinds;

/** Whether `value` is a SID of this kind: its two letters and 32 hex digits of either case, nothing around them. */
export function isSid(prefix: SidPrefix, value: unknown): value is string {
  return typeof value === 'string' && value.length === 34 && kinds[prefix].pattern.test(value);
}

/** The kind in words, for messages: `an Account SID (AC and 32 hex digits)`. */
export function describeSid(prefix: SidPrefix): string {
  return `${kinds[prefix].name} (${prefix} and 32 hex digits)`;
}
