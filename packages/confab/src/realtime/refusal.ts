import { TokenRefusal } from '@confab/access-token/verify';
import type { Logger } from 'pino';
import { DomainError } from '../domain/index.ts';
import {
  CommitOutcomeUnknownError,
  LowDiskError,
  StoreOverloadedError,
  StoreUnavailableError,
} from '../store/index.ts';
import type { RealtimeMetrics } from './metrics.ts';
import { statusOf } from './twilsock/status.ts';

/** The `status` of a packet that refuses (protocol 3.2). */
export interface RefusalStatus {
  code: number;
  status: string;
  errorCode?: number;
  description?: string;
}

/** How a token's refusal looks on the socket. In development mode it says exactly what is wrong (design 5). */
function tokenRefusalStatus(refusal: TokenRefusal, dev: boolean): RefusalStatus {
  return {
    ...statusOf(refusal.status),
    errorCode: refusal.code,
    description: dev ? `${refusal.message}: ${refusal.reason}` : refusal.message,
  };
}

/** How a login or a new token that failed is refused; counts it. Throws what we did not foresee. */
export function loginRefusal(
  error: unknown,
  { metrics, dev }: { metrics: RealtimeMetrics; dev: boolean },
  logger: Logger,
): RefusalStatus {
  // A user whom the domain does not let in: the token's grants are to blame.
  const refusal = error instanceof DomainError ? new TokenRefusal(20106, error.message) : error;
  if (refusal instanceof TokenRefusal) {
    metrics.refused(refusal.code);
    logger.info({ code: refusal.code, reason: refusal.reason }, 'token refused');
    return tokenRefusalStatus(refusal, dev);
  }
  const known = errorAnswer(error);
  if (known === undefined) throw error;
  return { ...statusOf(known.status), errorCode: known.code, description: known.message };
}

/** The answer to a tunnelled request that failed, in the original's three fields (protocol 7.2); undefined for what we did not foresee. */
export function errorAnswer(error: unknown): { status: number; message: string; code: number } | undefined {
  if (error instanceof DomainError) return { status: error.status, message: error.message, code: error.code };
  if (error instanceof LowDiskError) {
    return { status: 503, message: 'The server has no room for changes now. Try again later.', code: 20503 };
  }
  if (error instanceof StoreUnavailableError || error instanceof StoreOverloadedError) {
    return { status: 503, message: 'The change was not stored. Try again.', code: 20503 };
  }
  if (error instanceof CommitOutcomeUnknownError) {
    return {
      status: 503,
      message: 'It is not known whether the change was stored. Look before you try again.',
      code: 20503,
    };
  }
  return undefined;
}
