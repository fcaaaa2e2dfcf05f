import { Registry } from 'prom-client';
import type { ApiContext, Connections } from '../../src/api/index.ts';
import { createKeyUses } from '../../src/domain/index.ts';
import type { HttpContext } from '../../src/http/index.ts';
import { createTokenMint } from '../../src/server/token-mint.ts';

type GivenParts = Pick<
  HttpContext & ApiContext,
  'config' | 'read' | 'execute' | 'secretBox' | 'clock' | 'logger' | 'defaultSids'
>;

/** What the HTTP application and the REST API work with, of a server without realtime. */
export function createRestContext(
  parts: GivenParts & Partial<Pick<HttpContext & ApiContext, 'isReady' | 'sessions' | 'connections'>>,
): HttpContext & ApiContext {
  return {
    limits: parts.config.limits,
    keyUses: createKeyUses(),
    metrics: new Registry(),
    isReady: () => true,
    joinPolicy: 'sid',
    sessions: () => [],
    connections: NO_CONNECTIONS,
    wakeTimers() {},
    wakeWebhooks() {},
    hooksAfter: async () => ({ notices: [], next: { transactionId: 0, id: 0 } }),
    mintToken: createTokenMint(parts),
    ...parts,
  };
}

const NO_CONNECTIONS: Connections = {
  node: 'rest',
  list: () => [],
  tap() {
    throw new Error('There is nothing to tap.');
  },
};
