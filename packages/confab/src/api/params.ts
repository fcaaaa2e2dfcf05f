import { isSid } from '../domain/index.ts';
import { HttpError } from '../http/index.ts';
import type { SidPrefix } from '../sid.ts';
import { parseIsoTime } from './dates.ts';
import type { Schema } from './schema.ts';

/** Parameters as the form parser leaves them: a name that is repeated has a list. */
export type Given = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One declared parameter: how it is described, and how it is read. `Value` includes undefined unless it is required. */
export interface Param<Value> {
  readonly schema: Schema;
  readonly required: boolean;
  /** Throws a refusal (400, 20001 unless `withCode` says otherwise) that names the parameter. */
  read(name: string, given: Given[string]): Value;
}

/** The parameters of one operation by name. Sizes and everything else that depends on the domain is the domain's to check. */
export type ParamSchema = Readonly<Record<string, Param<unknown>>>;

export type ParamValues<Schema extends ParamSchema> = {
  readonly [Name in keyof Schema]: Schema[Name] extends Param<infer Value> ? Value : never;
};

export const text: Param<string | undefined> = { schema: { type: 'string' }, required: false, read: single };

/**
 * A parameter that is given once, as text that `parse` makes a value of; undefined where it cannot. `fault` completes the sentence that
 * refuses it: "Parameter X …".
 */
export function parsed<Value>(
  schema: Schema,
  fault: string,
  parse: (text: string) => Value | undefined,
): Param<Value | undefined> {
  return {
    schema,
    required: false,
    read(name, given) {
      const text = single(name, given);
      if (text === undefined) return undefined;
      const value = parse(text);
      if (value === undefined) throw badParameter(name, fault);
      return value;
    },
  };
}

export function integer({ minimum, maximum }: { minimum: number; maximum?: number }): Param<number | undefined> {
  const schema: Schema = { type: 'integer', minimum, ...(maximum !== undefined && { maximum }) };
  const range = maximum === undefined ? `from ${minimum}` : `from ${minimum} to ${maximum}`;
  return parsed(schema, `must be a whole number ${range}`, (text) => {
    const number = /^-?[0-9]+$/.test(text) ? Number(text) : Number.NaN;
    const fits = Number.isSafeInteger(number) && number >= minimum && (maximum === undefined || number <= maximum);
    return fits ? number : undefined;
  });
}

/** Takes an empty value as well, which clears what it names (REST API 3): null. */
export function clearable<Value>(param: Param<Value | undefined>): Param<Value | null | undefined> {
  return { ...param, read: (name, given) => (given === '' ? null : param.read(name, given)) };
}

export function sid(prefix: SidPrefix): Param<string | undefined> {
  const schema: Schema = { type: 'string', pattern: `^${prefix}[0-9a-fA-F]{32}$` };
  return parsed(schema, `must be a SID: ${prefix} and 32 hexadecimal digits`, (text) =>
    isSid(prefix, text) ? text : undefined,
  );
}

export const flag: Param<boolean | undefined> = parsed({ type: 'boolean' }, 'must be true or false', (text) => {
  const value = text.toLowerCase();
  return value === 'true' || value === 'false' ? value === 'true' : undefined;
});

/** A moment in ISO 8601, in ms; in UTC where no zone is given. A date alone is its first moment. */
export const time: Param<number | undefined> = parsed(
  { type: 'string', format: 'date-time' },
  'must be a time in ISO 8601, such as 2024-01-31T23:59:59Z',
  parseIsoTime,
);

/** One of `values`, in upper or lower case (REST API 3). */
export function oneOf<const Value extends string>(values: readonly Value[]): Param<Value | undefined> {
  return parsed({ type: 'string', enum: values }, `must be one of ${values.join(', ')}`, (text) => {
    const wanted = text.toLowerCase();
    return values.find((one) => one.toLowerCase() === wanted);
  });
}

/** A list, made by repeating the name (REST API 3), of what `param` reads. At most `maximum` long. */
export function listOf<Value>(
  param: Param<Value | undefined>,
  { maximum = Number.POSITIVE_INFINITY, code }: { maximum?: number; code?: number } = {},
): Param<readonly Value[] | undefined> {
  return {
    schema: { type: 'array', items: param.schema, ...(Number.isFinite(maximum) && { maxItems: maximum }) },
    required: false,
    read(name, given) {
      if (given === undefined) return undefined;
      const values = typeof given === 'string' ? [given] : given;
      if (values.length > maximum) throw badParameter(name, `may be given at most ${maximum} times`, code);
      return values.flatMap((one) => param.read(name, one) ?? []);
    },
  };
}

/** A list of texts. */
export const repeated: Param<readonly string[] | undefined> = listOf(text);

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

/** A parameter whose bad values have a code of their own (REST API 8). */
export function withCode<Value>(code: number, param: Param<Value>): Param<Value> {
  return {
    ...param,
    read(name, given) {
      try {
        return param.read(name, given);
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        const { status, message, details } = error;
        throw new HttpError(status, code, message, details === undefined ? {} : { details });
      }
    },
  };
}

/** A parameter with a sentence for who reads the description of the API. */
export function described<Value>(description: string, param: Param<Value>): Param<Value> {
  return { ...param, schema: { ...param.schema, description } };
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

export function badParameter(name: string, fault: string, code = 20001): HttpError {
  return new HttpError(400, code, `Parameter ${name} ${fault}.`, { details: { parameter: name } });
}

function single(name: string, given: Given[string]): string | undefined {
  if (given === undefined || typeof given === 'string') return given;
  throw badParameter(name, 'must be given once');
}
