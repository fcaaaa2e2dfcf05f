import { DomainError, invalidParameter } from '../errors.ts';
import { checkBytes, isTooDeep } from '../text.ts';

const VARIANT = /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/;

/** Refuses `types` that are not variants by name, or would break the clients that list them (protocol 10.7). */
export function checkTypes(text: string, limitBytes: number): void {
  const types = Object.entries(jsonObject('types', text, limitBytes));
  if (types.length === 0) throw invalidParameter('types must have a variant, such as twilio/text.', 'types');
  for (const [name, variant] of types) {
    if (!VARIANT.test(name))
      throw invalidParameter(`types must name variants such as twilio/text, not ${name}.`, 'types');
    if (!isObject(variant)) throw invalidParameter(`types.${name} must be an object.`, 'types');
    const actions = new Map<string, unknown>(Object.entries(variant)).get('actions');
    const needed = name === 'twilio/call-to-action' || actions !== undefined;
    if (needed && !(Array.isArray(actions) && actions.every(isObject)))
      throw invalidParameter(`types.${name}.actions must be an array of objects.`, 'types');
  }
}

/** Refuses variables that are not texts by name, with the code. */
export function checkVariables(
  name: string,
  text: string,
  limitBytes: number,
  code = 20001,
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const [key, value] of Object.entries(jsonObject(name, text, limitBytes, code))) {
    if (typeof value !== 'string')
      throw new DomainError(code, 400, `${name} must have texts only: ${key} is none.`, name);
    variables.set(key, value);
  }
  return variables;
}

function jsonObject(name: string, text: string, limitBytes: number, code = 20001): object {
  checkBytes(name, text, limitBytes, code);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!isObject(value) || isTooDeep(value)) throw new DomainError(code, 400, `${name} must be a JSON object.`, name);
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
