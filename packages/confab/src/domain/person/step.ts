import type { WriteDb } from '../../store/seam.ts';
import type { TransactContext } from '../command.ts';
import type { Subject } from './subject.ts';

export type StepContext = Pick<TransactContext, 'db' | 'changes' | 'now'>;

/** Where a step stands: up to which row it has come, and the row at which it ends. */
export interface Position {
  position: number;
  upTo: number;
}

/** What a chunk of a step did. `position` undefined: the step has come to its end. */
export interface Progress {
  position?: number | undefined;
  membershipsEnded?: number;
  messagesChanged?: number;
  entriesRedacted?: number;
}

/** One kind of data that an erasure reaches, a chunk at a time: each chunk is a transaction of its own, in which others do not write. */
export interface ErasureStep {
  /** Id of the newest row when the step begins: later ones are not of the person who was erased. Absent: the step knows by itself. */
  end?(context: StepContext): Promise<number>;
  run(context: StepContext, subject: Subject, position: Position): Promise<Progress>;
}

/** Rows that one chunk looks at. */
export const ROWS_LOOKED_AT = 500;

/** Rows that one chunk changes where each takes several statements. */
export const ROWS_CHANGED = 25;

/** Id of the newest row of a table; 0 when it is empty. */
export async function newestId(
  db: WriteDb,
  table:
    | 'audit_log'
    | 'conversations'
    | 'event_log'
    | 'joining_participants'
    | 'media'
    | 'messages'
    | 'webhook_attempts',
): Promise<number> {
  const newest = await db.selectFrom(table).select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return newest?.id ?? 0;
}
