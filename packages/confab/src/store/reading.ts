import { StoreUnavailableError } from './errors.ts';
import type { FailureKind } from './write-lane.ts';

/** Waits for a read. An engine that cannot answer now is told (StoreUnavailableError) from a query that is wrong. */
export async function reading<Result>(
  work: Promise<Result>,
  classify: (error: unknown) => FailureKind,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (classify(error) === 'command' || error instanceof StoreUnavailableError) throw error;
    throw new StoreUnavailableError('The database cannot be read now.', { cause: error });
  }
}
