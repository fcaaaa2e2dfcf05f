import { type Row, textOf } from '../../api/pages.ts';
import { fieldsOf } from '../../api/rest.ts';

/** Something that happened to the message. */
export interface Step {
  /** ISO 8601. */
  at: string;
  title: string;
  /** To whom, or with what result. */
  text: string;
  kind: 'server' | 'socket' | 'webhook';
  /** Page of the console with more. */
  href?: string;
}

const SERVER_STEPS = [
  ['received_at', 'Request arrived', 'The command to send it began.'],
  ['committed_at', 'Committed', 'It is stored, and nothing loses it any more.'],
  ['heard_at', 'Handed out', 'This node heard of it, and began to tell its clients.'],
] as const;

/** All that the trace tells, in order. */
export function stepsOf(trace: Row): Step[] {
  const steps: Step[] = [];
  for (const [field, title, text] of SERVER_STEPS) {
    const at = textOf(trace[field]);
    if (at !== '') steps.push({ at, title, text, kind: 'server' });
  }
  for (const delivery of listOf(trace.deliveries)) steps.push(...socketSteps(delivery));
  for (const webhook of listOf(trace.webhooks)) steps.push(...webhookSteps(webhook));
  // Of the same millisecond, as they were put in: cause before effect.
  return steps.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function socketSteps({ connection_id, identity, written_at, acknowledged_at }: Row): Step[] {
  const text = textOf(identity) || 'somebody who was deleted';
  const href = `/connections/${encodeURIComponent(textOf(connection_id))}`;
  const written: Step = { at: textOf(written_at), title: 'Written to a socket', text, kind: 'socket', href };
  if (typeof acknowledged_at !== 'string') return [{ ...written, text: `${text}, not acknowledged` }];
  return [written, { at: acknowledged_at, title: 'Acknowledged', text, kind: 'socket', href }];
}

function webhookSteps({ sid, event, state, date_created, attempts }: Row): Step[] {
  const href = `/webhooks/${encodeURIComponent(textOf(sid))}`;
  const name = textOf(event);
  const planned: Step = { at: textOf(date_created), title: 'Webhook planned', text: name, kind: 'webhook', href };
  const tried = listOf(attempts).map((attempt): Step => {
    const { outcome, status, started_at, duration_ms } = attempt;
    const end = new Date(Date.parse(textOf(started_at)) + Number(duration_ms));
    const answer = outcome === 'answered' ? `answered ${textOf(status)}` : textOf(outcome).replaceAll('_', ' ');
    return {
      at: Number.isNaN(end.getTime()) ? textOf(started_at) : end.toISOString(),
      title: state === 'delivered' ? 'Webhook delivered' : 'Webhook tried',
      text: `${name}: ${answer} after ${textOf(duration_ms)} ms`,
      kind: 'webhook',
      href,
    };
  });
  return [planned, ...tried];
}

function listOf(value: unknown): Row[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}
