import { isSettled, type Store, type WriteDb } from '../../store/seam.ts';
import { ERASURE_STEPS, type ErasureStepName } from './personal-data.ts';
import type { ErasureRow } from './queries.ts';
import type { StepContext } from './step.ts';
import { STEPS } from './steps/index.ts';
import type { Subject } from './subject.ts';

/** What follows the steps: what was deleted is made unreadable in the files, and then it is done. */
const SCRUB = 'scrub';

/**
 * Goes on with an erasure by one chunk, from where it stands in the database, so that it is finished whatever becomes of the process.
 * Several nodes may do it at once: a chunk is done under the lock of the erasure's row. Resolves with how many chunks it did: 0 when there is
 * nothing to do now.
 */
export async function continueErasures(store: Store, now: number): Promise<number> {
  // Outside of the writer, which is not to be held for nothing: mostly there is none.
  const found = await store.read
    .selectFrom('erasures')
    .selectAll()
    .where('status', '=', 'running')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (found === undefined) return 0;
  if (found.step === SCRUB) {
    // The name went with the last step; the log of the file still has it.
    await store.scrub();
    await store.write(async ({ db, rechecks }) => {
      await complete(db, found.id, now);
      rechecks.push({ of: 'person', sid: found.sid });
    });
    return 1;
  }
  // What the person was doing when they were erased comes to its end first, so that nothing of it is missed.
  if (!(await isSettled(store, found.transaction_id))) return 0;
  return store.write(async ({ db, changes }) => {
    const erasure = await lock(db, found.id);
    if (erasure !== undefined && isStep(erasure.step)) await runChunk({ db, changes, now }, erasure, erasure.step);
    return 1;
  });
}

async function runChunk(context: StepContext, erasure: ErasureRow, name: ErasureStepName): Promise<void> {
  const { db } = context;
  const subject = subjectOf(erasure);
  if (subject === undefined) return;
  const step = STEPS[name];
  const upTo = erasure.up_to ?? (await step.end?.(context)) ?? 0;
  const done = await step.run(context, subject, { position: erasure.position, upTo });
  const next = ERASURE_STEPS[ERASURE_STEPS.indexOf(name) + 1];
  await db
    .updateTable('erasures')
    .set((eb) => ({
      ...(done.position === undefined
        ? { step: next ?? SCRUB, position: 0, up_to: null, ...(next === undefined && { name: null }) }
        : { position: done.position, up_to: upTo }),
      memberships_ended: eb('memberships_ended', '+', done.membershipsEnded ?? 0),
      messages_changed: eb('messages_changed', '+', done.messagesChanged ?? 0),
      entries_redacted: eb('entries_redacted', '+', done.entriesRedacted ?? 0),
    }))
    .where('id', '=', erasure.id)
    .execute();
}

function lock(db: WriteDb, id: number): Promise<ErasureRow | undefined> {
  return db
    .updateTable('erasures')
    .set((eb) => ({ position: eb.ref('position') }))
    .where('id', '=', id)
    .where('status', '=', 'running')
    .returningAll()
    .executeTakeFirst();
}

async function complete(db: WriteDb, id: number, now: number): Promise<void> {
  await db
    .updateTable('erasures')
    .set({ status: 'completed', completed_at: now })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .execute();
}

function subjectOf(erasure: ErasureRow): Subject | undefined {
  const { name, account_sid, service_id, service_sid, user_id, known_by, pseudonym, messages } = erasure;
  if (name === null) return undefined;
  return {
    accountSid: account_sid,
    service: { id: service_id, sid: service_sid },
    userId: user_id,
    knownBy: known_by,
    name,
    pseudonym,
    messages,
  };
}

function isStep(step: string): step is ErasureStepName {
  return ERASURE_STEPS.some((name) => name === step);
}
