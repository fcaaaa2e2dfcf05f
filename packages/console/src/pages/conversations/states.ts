/** What a conversation can be in (lifecycle 1). */
export const STATES = ['active', 'inactive', 'closed', 'initializing'];

/** Those that somebody can ask for. */
export const REQUESTABLE_STATES = ['active', 'inactive', 'closed'];
