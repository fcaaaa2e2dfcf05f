import type { SidPrefix } from '../../sid.ts';
import type { Schema } from '../schema.ts';

/**
 * What operations answer with, declared once: a name for the description of the API, and the properties that are served. The conformance
 * suite holds every answer against it.
 */
export interface Resource {
  /** In the singular, as in "Create address configuration". Operations are grouped by it. */
  readonly name: string;
  /** What the list in a page is called, where there are lists. */
  readonly list?: string;
  readonly properties: Readonly<Record<string, Schema>>;
  /** Properties that some answers lack, such as `chat_service_sid` in the short form (REST API 9). */
  readonly optional?: readonly string[];
  /** The answer is JSON lines, each with these properties and others that follow from its type. */
  readonly lines?: true;
}

export const string: Schema = { type: 'string' };
export const whole: Schema = { type: 'integer' };
export const boolean: Schema = { type: 'boolean' };
export const time: Schema = { type: 'string', format: 'date-time' };
export const uri: Schema = { type: 'string', format: 'uri' };

/** JSON as text, such as `attributes` (REST API 4). */
export const json: Schema = { type: 'string', description: 'JSON as text.' };

/** RFC 2822, as the older API tells times (REST API 2). */
export const rfcTime: Schema = { type: 'string', description: 'A time in RFC 2822.' };

/** URLs by name. */
export const links: Schema = { type: 'object', additionalProperties: uri };

/** An object that is described in no further detail. */
export const object: Schema = { type: 'object' };

export function sidOf(prefix: SidPrefix): Schema {
  return { type: 'string', pattern: `^${prefix}[0-9a-fA-F]{32}$` };
}

export function anyOf(values: readonly string[]): Schema {
  return { type: 'string', enum: values };
}

export function arrayOf(items: Schema): Schema {
  return { type: 'array', items };
}

/** An object with these members and no others. */
export function objectOf(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

export function nullable(schema: Schema): Schema {
  const types = schema.type === undefined ? [] : [schema.type].flat();
  return { ...schema, type: [...types, 'null'], ...(schema.enum && { enum: [...schema.enum, null] }) };
}
