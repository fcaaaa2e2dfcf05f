import type { CancelTimer, Clock } from '../clock.ts';
import {
  abandonConversation,
  completeConversation,
  DomainError,
  dueConversations,
  type Execute,
  elapseTimer,
  initializingConversations,
  type ReadDb,
  SYSTEM_ACTOR,
} from '../domain/index.ts';
import type { Logger } from '../logging.ts';
import { CommitOutcomeUnknownError, StoreOverloadedError, StoreUnavailableError } from '../store/index.ts';

/** How long what is due may wait. To look costs a read of two or three empty indexes. */
const INTERVAL_MS = 1000;

/** Conversations that are looked up at once. */
const CHUNK = 100;

/** The participants of a conversation could not be added (lifecycle 5). */
const FAILED_IN_BACKGROUND = 50427;

export interface TimersOptions {
  read: ReadDb;
  execute: Execute;
  clock: Clock;
  logger: Logger;
}

export interface Timers {
  /** Something may be due now. */
  wake(): void;
  stop(): Promise<void>;
}

/**
 * Does what is due by itself: conversations become inactive and closed (lifecycle 1), and get the participants that they were made with
 * (lifecycle 5). What is due stands in the database, so that it is done after a restart, and once, however many nodes look: each step is
 * a command, which finds out under the conversation's lock whether there is something left to do.
 */
export function startTimers({ read, execute, clock, logger }: TimersOptions): Timers {
  let stopped = false;
  let again = false;
  let running: Promise<void> | undefined;
  let cancel: CancelTimer = () => {};

  /** Does all that `find` finds, until nothing is found or done any more. One failure does not keep the others waiting. */
  async function each<Found>(find: () => Promise<Found[]>, work: (found: Found) => Promise<boolean>): Promise<void> {
    for (let more = true; more && !stopped; ) {
      const found = await find();
      more = false;
      for (const one of found) {
        if (stopped) return;
        try {
          if (await work(one)) more = true;
        } catch (error) {
          logger.warn({ err: error }, 'what is due could not be done');
        }
      }
    }
  }

  async function complete({ id, sid }: { id: number; sid: string }): Promise<boolean> {
    try {
      await execute(completeConversation, SYSTEM_ACTOR, { id });
    } catch (error) {
      if (passes(error)) throw error;
      const why = error instanceof DomainError ? { reason: error.message, cause: error.code } : { err: error };
      logger.error({ code: FAILED_IN_BACKGROUND, conversation: sid, ...why }, 'participants not added');
      await execute(abandonConversation, SYSTEM_ACTOR, { id });
    }
    return true;
  }

  async function run(): Promise<void> {
    do {
      again = false;
      await each(
        () => initializingConversations(read, CHUNK),
        (conversation) => complete(conversation),
      );
      await each(
        () => dueConversations(read, clock.now(), CHUNK),
        (conversation) => execute(elapseTimer, SYSTEM_ACTOR, conversation),
      );
    } while (again && !stopped);
  }

  function wake(): void {
    if (stopped) return;
    again = true;
    if (running !== undefined) return;
    cancel();
    running = run()
      .catch((error: unknown) => logger.warn({ err: error }, 'what is due could not be looked up'))
      .finally(() => {
        running = undefined;
        if (!stopped) cancel = clock.setTimer(wake, INTERVAL_MS);
      });
  }

  wake();
  return {
    wake,
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}

/** Whether the database could not do it now. Whatever else it is, it would be the same each time, and keep those behind it waiting. */
function passes(error: unknown): boolean {
  return (
    error instanceof StoreUnavailableError ||
    error instanceof StoreOverloadedError ||
    error instanceof CommitOutcomeUnknownError
  );
}
