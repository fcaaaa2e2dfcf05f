import type { ParticipantRow } from '../../../store/seam.ts';
import { SYSTEM } from '../../actor.ts';
import { participants } from '../../participant/queries.ts';
import { removeMembership } from '../../participant/remove-membership.ts';
import { purgeTombstones } from '../../sync/purge-tombstones.ts';
import { type ErasureStep, ROWS_CHANGED, ROWS_LOOKED_AT, type StepContext } from '../step.ts';
import type { Subject } from '../subject.ts';

/** Takes the person out of every conversation, and at last forgets the user, whose profile and devices went when the erasure began. */
export const membershipsStep: ErasureStep = {
  async run(context, subject) {
    const membershipsEnded = await endSomeMemberships(context, subject);
    if (membershipsEnded > 0) return { position: 0, membershipsEnded };
    const { userId } = subject;
    if (userId === null) return {};
    const forgotten = await purgeTombstones(context.db, ['memberships'], [userId], ROWS_LOOKED_AT);
    if (forgotten > 0) return { position: 0 };
    await context.db.deleteFrom('users').where('id', '=', userId).execute();
    return {};
  },
};

/** Takes the person out of up to `ROWS_CHANGED` conversations. Resolves with how many it found. */
export async function endSomeMemberships(context: StepContext, subject: Subject): Promise<number> {
  const found = await theirs(context, subject);
  for (const participant of found) {
    await removeMembership(context, {
      service: subject.service,
      conversation: { id: participant.conversation_id, sid: participant.conversation_sid },
      participant,
      actor: SYSTEM,
      told: withoutThem(participant, subject),
    });
    await forgetRequests(context, subject, participant.sid);
    // What carriers told of messages to them.
    await context.db.deleteFrom('message_receipts').where('participant_id', '=', participant.id).execute();
  }
  return found.length;
}

function withoutThem(row: ParticipantRow, { pseudonym }: Subject): ParticipantRow {
  return {
    ...row,
    identity: row.identity === null ? null : pseudonym,
    address: null,
    projected_address: null,
    binding_name: null,
    attributes: '{}',
  };
}

/** What a retry would be answered with is gone. */
export async function forgetRequests({ db }: StepContext, { service }: Subject, resultSid: string): Promise<void> {
  await db
    .deleteFrom('idempotency_keys')
    .where('service_id', '=', service.id)
    .where('result_sid', '=', resultSid)
    .execute();
}

async function theirs({ db }: StepContext, { service, userId, knownBy, name }: Subject) {
  const some = participants(db)
    .innerJoin('conversations', 'conversations.id', 'participants.conversation_id')
    .select('conversations.sid as conversation_sid')
    // The order of locks, the same for all who take several.
    .orderBy('participants.conversation_id')
    .limit(ROWS_CHANGED);
  if (knownBy === 'identity') {
    return userId === null ? [] : some.where('participants.user_id', '=', userId).execute();
  }
  const ofService = some.where('conversations.service_id', '=', service.id);
  const byAddress = await ofService.where('participants.address', '=', name).execute();
  return byAddress.length > 0 ? byAddress : ofService.where('participants.projected_address', '=', name).execute();
}
