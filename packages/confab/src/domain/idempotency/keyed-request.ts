import type { ReadDb, WriteDb } from '../../store/seam.ts';
import { DomainError } from '../errors.ts';

/** A request that its sender may send again, to be applied once (design 2, invariant 5). */
export interface KeyedRequest {
  /** 0 for what belongs to the account itself. */
  serviceId: number;
  /** SID of the credential that asks. */
  principal: string;
  operation: string;
  /** What the sender calls it. */
  key: string;
  /** Of all that it asks for: the same key with another hash is a mistake of the sender's. */
  hash: string;
  /** What the hash of the same request may be where it was applied by an older release, or under another master key. */
  olderHashes?: readonly string[] | undefined;
  /** The HTTP status of its answer. */
  status: number;
}

/** What became of a keyed request. */
export interface AppliedRequest {
  status: number;
  /** SID of what it made or changed, if it has one. */
  resultSid: string | null;
}

/** Thrown by the second of two equal requests, in whose transaction it is found that the first was applied. Nothing was changed. */
export class AlreadyApplied extends Error {
  override readonly name = 'AlreadyApplied';
  readonly applied: AppliedRequest;

  constructor(applied: AppliedRequest) {
    super('The request was applied before.');
    this.applied = applied;
  }
}

/** What became of the request, if it was applied. Refuses with 422 when its key was used for another one. */
export async function findApplied(db: ReadDb, request: KeyedRequest): Promise<AppliedRequest | undefined> {
  const row = await db
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'status', 'result_sid'])
    .where('service_id', '=', request.serviceId)
    .where('principal', '=', request.principal)
    .where('operation', '=', request.operation)
    .where('key', '=', request.key)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.request_hash !== request.hash && request.olderHashes?.includes(row.request_hash) !== true) {
    const message =
      'This Idempotency-Key was used for another request. Use a new key for each request that is not a retry.';
    throw new DomainError(20422, 422, message, 'Idempotency-Key');
  }
  return { status: row.status, resultSid: row.result_sid };
}

/**
 * Takes the key for the transaction that will apply the request. Where another has it, waits for what becomes of that one: applied, so
 * that AlreadyApplied is thrown, or undone, so that the key is free.
 */
export async function claimKey(db: WriteDb, request: KeyedRequest, now: number): Promise<void> {
  const claimed = await db
    .insertInto('idempotency_keys')
    .values({ ...columnsOf(request), request_hash: request.hash, status: request.status, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst();
  if (claimed !== undefined) return;
  const applied = await findApplied(db, request);
  // Swept in between: it is older than any retry.
  if (applied === undefined) return claimKey(db, request, now);
  throw new AlreadyApplied(applied);
}

/** Remembers what the request made or changed, for the answer to a retry. */
export async function keepResult(db: WriteDb, request: KeyedRequest, result: unknown): Promise<void> {
  const sid = sidOf(result);
  if (sid === undefined) return;
  const { service_id, principal, operation, key } = columnsOf(request);
  await db
    .updateTable('idempotency_keys')
    .set({ result_sid: sid })
    .where('service_id', '=', service_id)
    .where('principal', '=', principal)
    .where('operation', '=', operation)
    .where('key', '=', key)
    .execute();
}

function columnsOf({ serviceId, principal, operation, key }: KeyedRequest) {
  return { service_id: serviceId, principal, operation, key };
}

function sidOf(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('sid' in result)) return undefined;
  return typeof result.sid === 'string' ? result.sid : undefined;
}
