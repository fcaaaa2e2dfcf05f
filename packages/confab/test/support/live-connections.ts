import type { Connections, LiveConnection } from '../../src/api/index.ts';
import { matchesFilter, UNSHAPED } from '../../src/domain/index.ts';

export const OWN_CONNECTION = 'RQ00000000000000000000000000000001';
export const FOREIGN_CONNECTION = 'RQ00000000000000000000000000000002';
export const FOREIGN_ACCOUNT = 'AC0123456789abcdef0123456789abcdef';

/** One connection of the account, and one of another: what a node without sockets has the REST API see. */
export function liveConnections(accountSid: () => string): Connections {
  const connection = (connectionId: string, ofAccount: string): LiveConnection => ({
    connectionId,
    accountSid: ofAccount,
    apiKeySid: `SK${'1'.repeat(32)}`,
    serviceSid: `IS${'1'.repeat(32)}`,
    userSid: `US${'1'.repeat(32)}`,
    identity: 'ada',
    tokenId: undefined,
    sdk: 'JS/3.0.1',
    connectedAt: 0,
    tokenExpiresAt: 0,
    line: {
      traffic: { receivedFrames: 1, receivedBytes: 2, sentFrames: 3, sentBytes: 4 },
      shape: UNSHAPED,
      lastReceivedAt: 0,
    },
    subscriptions: () => 5,
  });
  return {
    node: 'rest',
    tap() {
      throw new Error('There is nothing to tap.');
    },
    list: (filter) =>
      [connection(OWN_CONNECTION, accountSid()), connection(FOREIGN_CONNECTION, FOREIGN_ACCOUNT)].filter((one) =>
        matchesFilter(one, filter),
      ),
  };
}
