import type { SecretBox } from '../../secrets/index.ts';
import { newRandomSid, newSid } from '../../sid.ts';
import { appendEvent, type ErasedMessages, type KnownBy } from '../../store/seam.ts';
import { claimMain, requireMain } from '../account/require-main.ts';
import { type ServiceRef, SYSTEM } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { invalidParameter } from '../errors.ts';
import { perService } from '../rates.ts';
import { requireLiveService } from '../service/require-live-service.ts';
import { checkLength, checkText } from '../text.ts';
import { findUser } from '../user/queries.ts';
import { ERASURE_STEPS } from './personal-data.ts';
import { type ErasureRow, nameInService } from './queries.ts';

export interface ErasePersonInput {
  secretBox: SecretBox;
  service: ServiceRef;
  knownBy: KnownBy;
  /** The identity or address. Need not be a user's any more: what a deleted user wrote can be erased as well. */
  name: string;
  messages: ErasedMessages;
}

/**
 * Begins to erase a person from a service. A user has neither rights, profile nor devices from then on, and their sessions end on every
 * node; the rest is done in the background, a chunk at a time, also after a restart (`continueErasures`). Tokens that were made before are
 * refused. Needs Main credentials. Refuses (20001) the identity `system`, which is also what the server calls itself.
 */
export const erasePerson: Command<ErasePersonInput, ErasePersonInput, ErasureRow> = {
  name: 'erasePerson',
  evenOnFullDisk: true,
  rate: perService,
  prepare({ actor, limits }, input) {
    requireMain(actor);
    const field = input.knownBy === 'identity' ? 'Identity' : 'Address';
    checkText(field, input.name);
    checkLength(field, input.name, limits.identityCharacters, 20001);
    if (input.name === '' || input.name === SYSTEM) {
      throw invalidParameter(`${field} must name a person: '${input.name}' is nobody's alone.`, field);
    }
    return input;
  },
  async transact(context, { secretBox, service, knownBy, name, messages }) {
    const { db, rechecks, now } = context;
    const { account } = await claimMain(db, context.actor);
    await requireLiveService(db, service);
    // Not the User SID, which others may have noted beside the name; nor can anybody be called so (access tokens 2).
    const pseudonym = newRandomSid('US');
    const user = knownBy === 'identity' ? await findUser(db, service.id, name) : undefined;
    if (user !== undefined) {
      const erased = { identity: pseudonym, friendly_name: null, attributes: '{}' };
      await db
        .updateTable('users')
        .set({ ...erased, deleted_at: now, updated_at: now })
        .where('id', '=', user.id)
        .execute();
      await db.deleteFrom('bindings').where('user_id', '=', user.id).execute();
      rechecks.push({ of: 'user', sid: user.sid });
    }
    const [nameHash] = secretBox.hashesOf(nameInService(service.sid, knownBy, name));
    const erasure = await db
      .insertInto('erasures')
      .values({
        sid: newSid('ER', now),
        account_sid: account.sid,
        service_id: service.id,
        service_sid: service.sid,
        user_id: user?.id ?? null,
        known_by: knownBy,
        name,
        name_hash: nameHash,
        pseudonym,
        messages,
        status: 'running',
        step: ERASURE_STEPS[0],
        created_at: now,
        completed_at: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const subject = { service_sid: service.sid, known_by: knownBy, name_hash: nameHash, messages };
    await recordAudit(context, { action: 'person.erased', subjectSid: erasure.sid, after: subject });
    await appendEvent(db, {
      service_id: service.id,
      kind: 'person.erased',
      subject_sid: erasure.sid,
      actor: SYSTEM,
      payload: JSON.stringify({
        sid: erasure.sid,
        user_sid: user?.sid ?? null,
        pseudonym,
        messages,
        erased_at: now,
      }),
      created_at: now,
    });
    return erasure;
  },
};
