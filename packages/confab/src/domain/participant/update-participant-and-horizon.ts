import type { MembershipRow } from '../../store/seam.ts';
import type { Command } from '../command.ts';
import { type SetReadHorizonInput, setReadHorizon } from './set-read-horizon.ts';
import { type UpdateParticipantInput, updateParticipant } from './update-participant.ts';

/** Both about the same participant. */
export interface UpdateParticipantAndHorizonInput {
  update: UpdateParticipantInput;
  horizon: SetReadHorizonInput;
}

/** What `updateParticipant` and `setReadHorizon` do, in one transaction: a request that asks for both gets both or nothing. */
export const updateParticipantAndHorizon: Command<
  UpdateParticipantAndHorizonInput,
  UpdateParticipantAndHorizonInput,
  MembershipRow
> = {
  name: 'updateParticipantAndHorizon',
  prepare: async (context, { update, horizon }) => ({
    update: await updateParticipant.prepare(context, update),
    horizon: await setReadHorizon.prepare(context, horizon),
  }),
  affinity: ({ update }) => update.conversation.id,
  async transact(context, { update, horizon }) {
    await updateParticipant.transact(context, update);
    return setReadHorizon.transact(context, horizon);
  },
};
