/** The header members that every Access Token carries, in the order that we write them (access tokens 1). */
export const TOKEN_HEADER = { alg: 'HS256', typ: 'JWT', cty: 'twilio-fpa;v=1' } as const;

/** The longest life of a token, in seconds: 24 hours (access tokens 2). */
export const MAX_LIFETIME_SECONDS = 86_400;

/** The longest encoded token, in characters. Far above what any official library writes, far below a nuisance. */
export const MAX_TOKEN_LENGTH = 8_192;
