import type { Change, ChangeSet, Recheck } from './changes.ts';
import { CommitOutcomeUnknownError, StoreOverloadedError, StoreUnavailableError } from './errors.ts';
import type { StoreStatistics, Transaction } from './store.ts';
import type { FailureKind, WriteLane } from './write-lane.ts';
import { BACKGROUND, beginWriting, type EventOrigin } from './writing.ts';

export interface BatchWriterOptions {
  lane: WriteLane;
  /** Most commands that share one transaction. */
  maxBatch: number;
  /** Most commands that may wait; one more is refused with StoreOverloadedError. */
  maxWaiting: number;
  /** Called once per commit with everything that its commands changed, before their callers are answered. */
  onCommit: (changeSet: ChangeSet) => void;
  /** Called once per commit that has appended to the event log, after `onCommit`. */
  onLogged?: (() => void) | undefined;
  /** Told what `onCommit` throws. */
  onBackgroundError: (error: unknown) => void;
}

export interface BatchWriter {
  write<Result>(transact: (tx: Transaction) => Promise<Result>, origin?: EventOrigin): Promise<Result>;
  statistics(): StoreStatistics;
  /** Takes no more commands; resolves when those that wait have been answered. */
  finish(): Promise<void>;
  /** Finishes, and closes the lane. */
  close(): Promise<void>;
}

/** A waiting command. `run` performs it once and returns how to answer its caller when the transaction has ended well. */
interface Job {
  origin: EventOrigin;
  run(tx: Transaction): Promise<() => void>;
  reject(error: unknown): void;
}

/** What the commands of a transaction have changed, and whether they have appended to the event log. */
interface Written {
  changes: Change[];
  rechecks: Recheck[];
  logged: boolean;
}

/** The engine's failure, which is not an answer. */
interface Failure {
  kind: FailureKind;
  error: unknown;
}

/** How often a command that failed for a passing reason of the engine's runs again before its caller is told. */
const TRANSIENT_ATTEMPTS = 5;

/**
 * The writer behind a lane: one command runs to its end before the next, commands that wait at the same moment share a transaction, and
 * nobody is answered before COMMIT has returned. When the engine breaks a shared transaction, all of it is thrown away, also what its
 * commands remembered, and each command runs again alone (invariants 1 and 12).
 */
export function createBatchWriter(options: BatchWriterOptions): BatchWriter {
  const { lane, maxBatch, maxWaiting, onCommit, onLogged, onBackgroundError } = options;
  const waiting: Job[] = [];
  const counters = { commits: 0, commands: 0, discardedBatches: 0 };
  let running = false;
  let closed = false;
  let idle: (() => void) | undefined;

  function write<Result>(
    transact: (tx: Transaction) => Promise<Result>,
    origin: EventOrigin = BACKGROUND,
  ): Promise<Result> {
    if (closed) return Promise.reject(new StoreUnavailableError('The store is closed.'));
    if (waiting.length >= maxWaiting) {
      return Promise.reject(new StoreOverloadedError(`${maxWaiting} commands wait for the writer already.`));
    }
    return new Promise<Result>((resolve, reject) => {
      waiting.push({
        origin,
        run: async (tx) => {
          const result = await transact(tx);
          return () => resolve(result);
        },
        reject,
      });
      if (!running) {
        running = true;
        // After the poll phase, so that all requests read from sockets in this turn of the loop share the transaction.
        setImmediate(drain);
      }
    });
  }

  async function drain(): Promise<void> {
    const batch = waiting.splice(0, maxBatch);
    if (batch.length === 1) await runEach(batch);
    else if ((await attempt(batch)) !== undefined) {
      counters.discardedBatches += 1;
      await runEach(batch);
    }
    // Sockets get their turn before the next batch, which what they bring may then join.
    if (waiting.length > 0) setImmediate(drain);
    else {
      running = false;
      idle?.();
    }
  }

  /** Runs each job in a transaction of its own. */
  async function runEach(jobs: readonly Job[]): Promise<void> {
    for (const [at, job] of jobs.entries()) {
      const failure = await runAlone(job);
      if (failure?.kind === 'unreachable') {
        // It took its time to find that out. The others must not learn it one after the other.
        refuse([...jobs.slice(at), ...waiting.splice(0)], failure);
        return;
      }
      if (failure !== undefined) refuse([job], failure);
    }
  }

  async function runAlone(job: Job): Promise<Failure | undefined> {
    let failure = await attempt([job]);
    for (let attempts = 1; failure?.kind === 'transient' && attempts < TRANSIENT_ATTEMPTS; attempts += 1) {
      failure = await attempt([job]);
    }
    return failure;
  }

  function refuse(jobs: readonly Job[], { error }: Failure): void {
    const reason = new StoreUnavailableError('The database could not store the change.', { cause: error });
    for (const job of jobs) job.reject(reason);
  }

  /** Runs the jobs in one transaction. Answers their callers and returns nothing, or leaves no trace and returns the engine's failure. */
  async function attempt(jobs: readonly Job[]): Promise<Failure | undefined> {
    const answers: (() => void)[] = [];
    const changeSet: Written = { changes: [], rechecks: [], logged: false };
    try {
      await lane.begin();
      for (const job of jobs) answers.push(await runJob(job, changeSet, jobs.length > 1));
      await lane.commit();
    } catch (error) {
      const kind = lane.inTransaction() ? lane.classify(error) : engineFailure(lane.classify(error));
      await lane.rollback();
      if (error instanceof CommitOutcomeUnknownError) {
        // Running again could apply the commands twice, and saying that they failed could be false: say just that.
        for (const job of jobs) job.reject(error);
        return undefined;
      }
      if (jobs.length === 1 && kind === 'command') {
        jobs[0]?.reject(error);
        return undefined;
      }
      return { kind, error };
    }
    counters.commits += 1;
    counters.commands += jobs.length;
    if (changeSet.changes.length > 0 || changeSet.rechecks.length > 0) tell(() => onCommit(changeSet));
    if (changeSet.logged && onLogged !== undefined) tell(onLogged);
    for (const answer of answers) answer();
    return undefined;
  }

  /** What is committed is answered, whatever becomes of the hint to others (invariant 4). */
  function tell(hint: () => void): void {
    try {
      hint();
    } catch (error) {
      onBackgroundError(error);
    }
  }

  /** A command that shares the transaction runs behind a savepoint; a lone one has the whole transaction to be undone with. */
  async function runJob(job: Job, changeSet: Written, shared: boolean): Promise<() => void> {
    const tx: Transaction = { db: lane.db, changes: [], rechecks: [] };
    if (shared) await lane.savepoint();
    const writing = beginWriting(lane.db, job.origin);
    let answer: () => void;
    try {
      answer = await job.run(tx);
      if (!lane.inTransaction()) throw new StoreUnavailableError('The engine ended the transaction by itself.');
    } catch (error) {
      if (!shared || !lane.inTransaction() || lane.classify(error) !== 'command') throw error;
      await lane.rollbackToSavepoint();
      return () => job.reject(error);
    }
    if (shared) await lane.releaseSavepoint();
    changeSet.changes.push(...tx.changes);
    changeSet.rechecks.push(...tx.rechecks);
    changeSet.logged ||= writing.logged;
    return answer;
  }

  async function finish(): Promise<void> {
    closed = true;
    if (!running) return;
    await new Promise<void>((resolve) => {
      idle = resolve;
    });
  }

  return {
    write,
    statistics: () => ({ waiting: waiting.length, ...counters }),
    finish,
    async close() {
      await finish();
      await lane.close();
    },
  };
}

/** Where the engine has ended the transaction by itself, no failure is the command's own, whatever it looks like. */
function engineFailure(kind: FailureKind): FailureKind {
  return kind === 'command' ? 'unavailable' : kind;
}
