import type { Limits } from '../../config/index.ts';
import type { ReadDb } from '../../store/seam.ts';
import { DomainError } from '../errors.ts';
import { checkVariables } from './check-content.ts';
import { accountOfService, findContent } from './queries.ts';

/** A content template with its variables put in, as a message has it. */
export interface RenderedContent {
  readonly sid: string;
  /** Names the variant, such as `application/x-vnd.com.twilio.rich.twilio.card`. */
  readonly contentType: string;
  /** JSON: the variant, as SDKs download it. */
  readonly data: string;
  /** For those who show no variants. */
  readonly body: string | undefined;
}

export interface ContentToSend {
  contentSid?: string | undefined;
  /** JSON object, as text. What it has no value for has the template's. */
  contentVariables?: string | undefined;
}

const TEXT_VARIANT = 'twilio/text';

/**
 * A template of the service's account, made ready to be sent (protocol 10.7); undefined when none is asked for. Of several variants it is
 * the first that is more than text. Refuses with 21655 what is no template, with 21656 variables that are not texts or are missing, with
 * 21654 variables of no template.
 */
export async function contentToSend(
  read: ReadDb,
  serviceId: number,
  { contentSid, contentVariables }: ContentToSend,
  { contentBytes }: Pick<Limits, 'contentBytes'>,
): Promise<RenderedContent | undefined> {
  if (contentSid === undefined) {
    if (contentVariables === undefined) return undefined;
    throw new DomainError(21654, 400, 'ContentVariables need a ContentSid.', 'ContentSid');
  }
  const row = await findContent(read, await accountOfService(read, serviceId), contentSid);
  if (row === undefined)
    throw new DomainError(21655, 400, 'ContentSid must be the SID of a content template.', 'ContentSid');
  const variables = new Map([
    ...checkVariables('variables', row.variables, contentBytes, 21656),
    ...checkVariables('ContentVariables', contentVariables ?? '{}', contentBytes, 21656),
  ]);
  let added = 0;
  const put = (text: string): string =>
    text.replaceAll(/\{\{([^{}]*)\}\}/g, (placeholder, name: string) => {
      const value = variables.get(name.trim());
      if (value === undefined || value === '')
        throw invalidVariables(`ContentVariables must have a text for ${placeholder}.`);
      // A short template can name a long value many times.
      added += value.length;
      if (added > contentBytes) throw invalidVariables('ContentVariables make the content too long.');
      return value;
    });

  const variants = new Map(Object.entries<unknown>(JSON.parse(row.types)));
  const names = [...variants.keys()];
  const name = names.find((one) => one !== TEXT_VARIANT) ?? TEXT_VARIANT;
  const variant = filled(variants.get(name), put);
  const text = name === TEXT_VARIANT ? undefined : textOf(filled(variants.get(TEXT_VARIANT), put), 'body');
  return {
    sid: row.sid,
    contentType: `application/x-vnd.com.twilio.rich.${name.replace('/', '.')}`,
    data: JSON.stringify({ data: variant }),
    body: text ?? textOf(variant, 'body') ?? textOf(variant, 'title'),
  };
}

/** The value with what `put` makes of each text in it. */
function filled(value: unknown, put: (text: string) => string): unknown {
  if (typeof value === 'string') return put(value);
  if (Array.isArray(value)) return value.map((one) => filled(one, put));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, put)]));
}

function textOf(variant: unknown, key: string): string | undefined {
  if (typeof variant !== 'object' || variant === null) return undefined;
  const text = new Map<string, unknown>(Object.entries(variant)).get(key);
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function invalidVariables(message: string): DomainError {
  return new DomainError(21656, 400, message, 'ContentVariables');
}
