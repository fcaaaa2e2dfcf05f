import type { TokenRefusal } from '@confab/access-token/verify';
import { DomainError } from '../domain/index.ts';
import { CommitOutcomeUnknownError, StoreOverloadedError, StoreUnavailableError } from '../store/index.ts';
import { statusOf } from './twilsock/status.ts';

/** The `status` of a packet that refuses (protocol 3.2). */
export interface RefusalStatus {
  code: number;
  status: string;
  errorCode?: number;
  description?: string;
}

/** How a token's refusal looks on the socket. In development mode it says exactly what is wrong (design 5). */
export function tokenRefusalStatus(refusal: TokenRefusal, dev: boolean): RefusalStatus {
  return {
    ...statusOf(refusal.status),
    errorCode: refusal.code,
    description: dev ? `${refusal.message}: ${refusal.reason}` : refusal.message,
  };
}

/** The answer to a tunnelled request that failed, in the original's three fields (protocol 7.2); undefined for what we did not foresee. */
export function errorAnswer(error: unknown): { status: number; message: string; code: number } | undefined {
  if (error instanceof DomainError) return { status: error.status, message: error.message, code: error.code };
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
