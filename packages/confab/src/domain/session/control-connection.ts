import { appendAccountEvent } from '../account/append-account-event.ts';
import { claimMain, requireMain } from '../account/require-main.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Command } from '../command.ts';
import { checkText } from '../text.ts';
import { appendSessionEnd } from './append-session-end.ts';
import { type ConnectionControl, checkConnectionControl, UNSHAPED } from './connection-control.ts';

export interface ControlConnectionInput {
  connectionId: string;
  control: ConnectionControl;
}

/**
 * Drops, slows, or stops slowing one connection of the account, on whichever node it is. What no node has any more is left alone. Needs
 * Main credentials.
 */
export const controlConnection: Command<ControlConnectionInput, ControlConnectionInput, void> = {
  name: 'controlConnection',
  evenOnFullDisk: true,
  prepare({ actor, limits }, { connectionId, control }) {
    requireMain(actor);
    checkText('ConnectionId', connectionId);
    return { connectionId, control: checkConnectionControl(limits, control) };
  },
  async transact(context, { connectionId, control }) {
    const actor = await claimMain(context.db, context.actor);
    await appendSessionEnd(context, actor, { connectionId }, control);
    const { action, ...after } = control;
    const recorded = AUDITED[auditedAs(control)];
    await recordAudit(context, { action: recorded, subjectSid: connectionId, after });
    await appendAccountEvent(context, recorded, {
      sid: actor.account.sid,
      connection_id: connectionId,
      ...after,
      credential: actor.credentialSid,
    });
  },
};

const AUDITED = { drop: 'connection.dropped', shape: 'connection.shaped', clear: 'connection.cleared' } as const;

function auditedAs(control: ConnectionControl): keyof typeof AUDITED {
  if (control.action === 'drop') return 'drop';
  return control.delayMs === UNSHAPED.delayMs && control.bytesPerSecond === UNSHAPED.bytesPerSecond ? 'clear' : 'shape';
}
