// Values that tests in every runtime use.

export const accountSid = 'AC00000000000000000000000000000001';
export const apiKey = 'SK00000000000000000000000000000001';
export const apiSecret = '0123456789abcdefghijABCDEFGHIJ12';
export const serviceSid = 'IS00000000000000000000000000000001';
export const roleSid = 'RL00000000000000000000000000000001';
export const credentialSid = 'CR00000000000000000000000000000001';
export const identity = 'user@example.com';

/** 2026-01-01T00:00:00Z in Unix seconds: the clock of the tests. */
export const NOW = 1_767_225_600;
