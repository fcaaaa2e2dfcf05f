import type { SecretBox } from '../../secrets/index.ts';
import { appendEvent } from '../../store/seam.ts';
import { claimMain, requireMain } from '../account/require-main.ts';
import { SYSTEM } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { nameInService } from '../person/queries.ts';
import { checkText } from '../text.ts';
import type { Person } from './export-person.ts';

export interface BeginPersonExportInput extends Person {
  secretBox: SecretBox;
}

/**
 * Writes down that somebody takes out all that is stored of a person, before the first line of it is read (`exportPerson`); not whose, but
 * recognisable to who knows the name and has the master key. Needs Main credentials.
 */
export const beginPersonExport: Command<BeginPersonExportInput, BeginPersonExportInput, void> = {
  name: 'beginPersonExport',
  prepare({ actor }, input) {
    requireMain(actor);
    checkText(input.knownBy === 'identity' ? 'Identity' : 'Address', input.name);
    return input;
  },
  async transact(context, { secretBox, service, knownBy, name }) {
    await claimMain(context.db, context.actor);
    const [nameHash] = secretBox.hashesOf(nameInService(service.sid, knownBy, name));
    const subject = { sid: service.sid, known_by: knownBy, name_hash: nameHash };
    await recordAudit(context, { action: 'person.exported', subjectSid: service.sid, after: subject });
    await appendEvent(context.db, {
      service_id: service.id,
      kind: 'person.exported',
      subject_sid: service.sid,
      actor: SYSTEM,
      payload: JSON.stringify(subject),
      created_at: context.now,
    });
  },
};
