/** WebSocket close codes (RFC 6455 7.4.1; 1013 from the IANA registry). The SDK ignores them and dials again (protocol 3.1); they are for people who look. */
export const CLOSE = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  tooBig: 1009,
  tryAgainLater: 1013,
} as const;
