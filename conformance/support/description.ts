import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/** One operation of a published OpenAPI description. */
export interface DescribedOperation {
  /** Unique among all files: `/2010-04-01` and `/v1` both have a `FetchKey`. */
  readonly name: string;
  readonly id: string;
  readonly method: string;
  /** As in the description, such as `/v1/Roles/{Sid}`. */
  readonly path: string;
  /** Parameters of query, body and header that a caller may give; those of paging are tested elsewhere. */
  readonly parameters: readonly string[];
  /** What holds an answer with a documented status against its schema; nothing but the status where the answer has no body. */
  readonly answers: ReadonlyMap<number, ValidateFunction | undefined>;
  takes(method: string, pathname: string): boolean;
}

interface OpenApi {
  paths: Record<string, Record<string, Operation | Parameter[] | unknown>>;
  components: { schemas: Record<string, unknown> };
}

interface Parameter {
  name: string;
  in: string;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: { properties?: Record<string, unknown> } }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

/** Properties that answers lack where the description has them, each with the reason. */
const MAY_BE_ABSENT: ReadonlyMap<string, string> = new Map([['subaccounts', 'of the account list; not in any sample']]);

const PAGING = new Set(['Page', 'PageToken']);

/** Reads one of the files in `conformance/openapi`. */
export function readDescription(file: string): DescribedOperation[] {
  const text = readFileSync(join(import.meta.dirname, '../openapi', file), 'utf8');
  const api: OpenApi = JSON.parse(text);
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  // Everything in the older API is told relative to its host (REST API 2).
  if (text.includes('https://api.twilio.com')) ajv.addFormat('uri', /^\/2010-04-01\/\S+$/);
  ajv.addFormat('uri-map', true);
  ajv.addFormat('date-time-rfc-2822', /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000$/);
  ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });
  ajv.addSchema({ $id: 'api', components: { schemas: convert(api.components.schemas) } });

  return Object.entries(api.paths).flatMap(([path, item]) =>
    ['get', 'post', 'delete'].flatMap((method) => {
      const operation = item[method] as Operation | undefined;
      if (operation === undefined) return [];
      const shared = (item.parameters ?? []) as Parameter[];
      const name = file.startsWith('twilio') ? operation.operationId : `${path.split('/')[1]} ${operation.operationId}`;
      return [
        {
          name,
          id: operation.operationId,
          method: method.toUpperCase(),
          path,
          parameters: parametersOf(operation, shared),
          answers: answersOf(operation, ajv),
          takes: matcher(method, path),
        },
      ];
    }),
  );
}

function parametersOf({ parameters = [], requestBody }: Operation, shared: Parameter[]): string[] {
  const outside = [...shared, ...parameters].filter((one) => one.in !== 'path').map((one) => one.name);
  const body = Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => Object.keys(schema.properties ?? {}));
  return [...outside, ...body].filter((name) => !PAGING.has(name));
}

function answersOf({ responses }: Operation, ajv: Ajv): Map<number, ValidateFunction | undefined> {
  return new Map(
    Object.entries(responses).map(([status, { content }]) => {
      const schema = Object.values(content ?? {})[0]?.schema;
      return [Number(status), schema === undefined ? undefined : ajv.compile(Object(convert(schema)))];
    }),
  );
}

/**
 * JSON Schema for a schema of OpenAPI 3.0: `nullable` adds null to the type and to an enum; without a type, all is allowed. The description
 * requires no property, and real answers have them all: so each one has to be there.
 */
function convert(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(convert);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, $ref, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === 'example' ? undefined : convert(value)]),
  );
  if (typeof $ref === 'string') return { $ref: $ref.replace('#/', 'api#/') };
  if (nullable === true && typeof rest.type === 'string') {
    rest.type = [rest.type, 'null'];
    if (Array.isArray(rest.enum)) rest.enum = [...rest.enum, null];
  }
  if (Array.isArray(rest.type) || rest.type === 'object') {
    const names = Object.keys(Object(rest.properties)).filter((name) => !MAY_BE_ABSENT.has(name));
    if (names.length > 0) rest.required = names;
  }
  return rest;
}

function matcher(method: string, path: string): DescribedOperation['takes'] {
  const source = path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+');
  const pattern = new RegExp(`^${source}$`);
  // `/v1/Services/{Sid}` is no place for a fixed segment of another path.
  return (asked, pathname) => asked.toUpperCase() === method.toUpperCase() && pattern.test(pathname);
}
