import { isSid } from '../domain/index.ts';
import { HttpError } from '../http/index.ts';
import type { SidPrefix } from '../sid.ts';

/** Parameters as the form parser leaves them: a name that is repeated has a list. */
export type Given = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One declared parameter: how it is described, and how it is read. `Value` includes undefined unless it is required. */
export interface Param<Value> {
  /** As in an OpenAPI description. */
  readonly schema: {
    readonly type: 'string' | 'integer' | 'boolean' | 'array';
    readonly enum?: readonly string[];
    readonly minimum?: number;
    readonly pattern?: string;
    readonly format?: 'date-time';
  };
  readonly required: boolean;
  /** Throws a refusal (400, 20001) that names the parameter. */
  read(name: string, given: Given[string]): Value;
}

/** The parameters of one operation by name. Sizes and everything else that depends on the domain is the domain's to check. */
export type ParamSchema = Readonly<Record<string, Param<unknown>>>;

export type ParamValues<Schema extends ParamSchema> = {
  readonly [Name in keyof Schema]: Schema[Name] extends Param<infer Value> ? Value : never;
};

export const text: Param<string | undefined> = { schema: { type: 'string' }, required: false, read: single };

export function integer({ minimum }: { minimum: number }): Param<number | undefined> {
  return {
    schema: { type: 'integer', minimum },
    required: false,
    read(name, given) {
      const value = single(name, given);
      if (value === undefined) return undefined;
      const number = /^-?[0-9]+$/.test(value) ? Number(value) : Number.NaN;
      if (Number.isSafeInteger(number) && number >= minimum) return number;
      throw badParameter(name, `must be a whole number from ${minimum}`);
    },
  };
}

/** Takes an empty value as well, which clears what it names (REST API 3): null. */
export function clearable<Value>(param: Param<Value | undefined>): Param<Value | null | undefined> {
  return { ...param, read: (name, given) => (given === '' ? null : param.read(name, given)) };
}

export function sid(prefix: SidPrefix): Param<string | undefined> {
  return {
    schema: { type: 'string', pattern: `^${prefix}[0-9a-fA-F]{32}$` },
    required: false,
    read(name, given) {
      const value = single(name, given);
      if (value === undefined || isSid(prefix, value)) return value;
      throw badParameter(name, `must be a SID: ${prefix} and 32 hexadecimal digits`);
    },
  };
}

export const flag: Param<boolean | undefined> = {
  schema: { type: 'boolean' },
  required: false,
  read(name, given) {
    const value = single(name, given)?.toLowerCase();
    if (value === undefined) return undefined;
    if (value === 'true' || value === 'false') return value === 'true';
    throw badParameter(name, 'must be true or false');
  },
};

/** A moment in ISO 8601 with seconds and an offset (REST API 4), in ms. */
export const time: Param<number | undefined> = {
  schema: { type: 'string', format: 'date-time' },
  required: false,
  read(name, given) {
    const value = single(name, given);
    if (value === undefined) return undefined;
    const ms = ISO_TIME.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isFinite(ms)) return ms;
    throw badParameter(name, 'must be a time in ISO 8601, such as 2015-12-16T22:18:37Z');
  },
};

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

/** One of `values`, in upper or lower case (REST API 3). */
export function oneOf<const Value extends string>(values: readonly Value[]): Param<Value | undefined> {
  return {
    schema: { type: 'string', enum: values },
    required: false,
    read(name, given) {
      const wanted = single(name, given)?.toLowerCase();
      if (wanted === undefined) return undefined;
      const value = values.find((one) => one.toLowerCase() === wanted);
      if (value !== undefined) return value;
      throw badParameter(name, `must be one of ${values.join(', ')}`);
    },
  };
}

/** A list, made by repeating the name (REST API 3). */
export const repeated: Param<readonly string[] | undefined> = {
  schema: { type: 'array' },
  required: false,
  read: (_name, given) => (typeof given === 'string' ? [given] : given),
};

export function required<Value>(param: Param<Value | undefined>): Param<Value> {
  return {
    schema: param.schema,
    required: true,
    read(name, given) {
      const value = param.read(name, given);
      if (value !== undefined) return value;
      throw badParameter(name, 'is required');
    },
  };
}

/**
 * Reads the declared parameters. Unknown names are ignored, as the original service does; the parameters that it has and this release
 * cannot honour (`unsupported`) are refused, since to drop them would be to do something else than was asked.
 */
export function readParams<Schema extends ParamSchema>(
  schema: Schema,
  unsupported: readonly string[],
  given: Given,
): ParamValues<Schema>;
export function readParams(schema: ParamSchema, unsupported: readonly string[], given: Given): Record<string, unknown> {
  for (const name of unsupported) {
    if (given[name] !== undefined) throw badParameter(name, 'is not supported by this release');
  }
  const values: Record<string, unknown> = {};
  for (const name in schema) values[name] = schema[name]?.read(name, given[name]);
  return values;
}

export function badParameter(name: string, fault: string): HttpError {
  return new HttpError(400, 20001, `Parameter ${name} ${fault}.`, { details: { parameter: name } });
}

function single(name: string, given: Given[string]): string | undefined {
  if (given === undefined || typeof given === 'string') return given;
  throw badParameter(name, 'must be given once');
}
