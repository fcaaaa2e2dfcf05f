import { isSid } from '../../sid.ts';
import type { ConversationWebhookTable, WebhookTarget } from '../../store/seam.ts';
import { DomainError, invalidParameter } from '../errors.ts';
import { checkText } from '../text.ts';
import { SCOPED_WEBHOOK_EVENTS } from './events.ts';

const TARGETS: readonly WebhookTarget[] = ['webhook', 'trigger', 'studio'];

const LONGEST_KEYWORD = 248;

/** Enough for any list of keywords, and no list at all for who would fill the database. */
const MOST_KEYWORDS = 100;

/** What can be said about a webhook of a conversation (webhooks 5). Absent: stays as it is. */
export interface ConversationWebhookInput {
  url?: string | undefined;
  method?: 'get' | 'post' | undefined;
  filters?: readonly string[] | undefined;
  triggers?: readonly string[] | undefined;
  flowSid?: string | undefined;
}

type Settings = Partial<Pick<ConversationWebhookTable, 'url' | 'method' | 'filters' | 'flow_sid'>>;

/** The parameters that each target has. */
const MEMBERS = {
  webhook: ['url', 'method', 'filters'],
  trigger: ['url', 'method', 'triggers'],
  studio: ['flowSid'],
} as const satisfies Record<WebhookTarget, readonly (keyof ConversationWebhookInput)[]>;

const PARAMETERS = {
  url: 'Configuration.Url',
  method: 'Configuration.Method',
  filters: 'Configuration.Filters',
  triggers: 'Configuration.Triggers',
  flowSid: 'Configuration.FlowSid',
} as const satisfies Record<keyof ConversationWebhookInput, string>;

/** A target as it was asked for, in upper or lower case; 50368 when there is none, 50364 for any other. */
export function readTarget(text: string | undefined): WebhookTarget {
  if (text === undefined || text === '') {
    throw new DomainError(50368, 400, `Target is required: one of ${TARGETS.join(', ')}.`, 'Target');
  }
  const target = TARGETS.find((one) => one === text.toLowerCase());
  if (target === undefined) throw new DomainError(50364, 400, `Target must be one of ${TARGETS.join(', ')}.`, 'Target');
  return target;
}

/**
 * Checks what was given for a webhook of that target, and of a new one that it is all there. Refuses with 50365 to 50367 bad filters,
 * triggers and flows, with 50370 and 50371 missing filters and triggers.
 */
export function readWebhookSettings(target: WebhookTarget, input: ConversationWebhookInput, isNew: boolean): Settings {
  const members: readonly string[] = MEMBERS[target];
  for (const [name, parameter] of Object.entries(PARAMETERS)) {
    if (input[name as keyof typeof PARAMETERS] !== undefined && !members.includes(name)) {
      throw invalidParameter(`${parameter} is not for webhooks with the target ${target}.`, parameter);
    }
  }
  const { url, method, filters, triggers, flowSid } = input;
  if (target === 'studio') {
    if (!isNew && flowSid === undefined) return {};
    if (flowSid === undefined || !isSid('FW', flowSid)) {
      throw new DomainError(
        50367,
        400,
        'Configuration.FlowSid must be a SID: FW and 32 hexadecimal digits.',
        PARAMETERS.flowSid,
      );
    }
    return { flow_sid: flowSid };
  }
  if (isNew && url === undefined) throw invalidParameter('Configuration.Url is required.', PARAMETERS.url);
  if (url !== undefined) checkText(PARAMETERS.url, url);
  const list = target === 'webhook' ? readFilters(filters, isNew) : readTriggers(triggers, isNew);
  return {
    ...(url !== undefined && { url }),
    ...((method !== undefined || isNew) && { method: method ?? 'post' }),
    ...(list !== undefined && { filters: JSON.stringify(list) }),
  };
}

function readFilters(filters: readonly string[] | undefined, isNew: boolean): readonly string[] | undefined {
  if (filters === undefined && !isNew) return undefined;
  const given = new Set(filters?.filter((filter) => filter !== ''));
  if (given.size === 0) {
    throw new DomainError(50370, 400, 'Configuration.Filters needs at least one event.', PARAMETERS.filters);
  }
  const events: ReadonlySet<string> = new Set(SCOPED_WEBHOOK_EVENTS);
  for (const filter of given) {
    if (events.has(filter)) continue;
    const message = `Configuration.Filters must be of ${SCOPED_WEBHOOK_EVENTS.join(', ')}.`;
    throw new DomainError(50365, 400, message, PARAMETERS.filters);
  }
  return [...given];
}

function readTriggers(triggers: readonly string[] | undefined, isNew: boolean): readonly string[] | undefined {
  if (triggers === undefined && !isNew) return undefined;
  const given = new Set(triggers);
  if (given.size === 0) {
    throw new DomainError(50371, 400, 'Configuration.Triggers needs at least one keyword.', PARAMETERS.triggers);
  }
  if (given.size > MOST_KEYWORDS) {
    throw new DomainError(50366, 400, `Configuration.Triggers must be at most ${MOST_KEYWORDS}.`, PARAMETERS.triggers);
  }
  for (const keyword of given) {
    checkText(PARAMETERS.triggers, keyword);
    if (keyword !== '' && [...keyword].length <= LONGEST_KEYWORD) continue;
    const message = `Configuration.Triggers must have 1 to ${LONGEST_KEYWORD} characters each.`;
    throw new DomainError(50366, 400, message, PARAMETERS.triggers);
  }
  return [...given];
}
