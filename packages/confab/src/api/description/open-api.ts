import type { ParamSchema } from '../params.ts';
import type { Schema } from '../schema.ts';
import type { DescribedOperation } from './describe.ts';
import { nullable, objectOf, type Resource, string, uri, whole } from './resource.ts';

/** The description in OpenAPI 3.1 of the operations that this server has. `server` is what their paths are appended to. */
export function openApi(operations: readonly DescribedOperation[], { server }: { server: string }) {
  const resources = new Map(operations.map(({ resource }) => [resource.name, resource]));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Confab REST API',
      version: '1',
      description:
        'Parameters are sent as a form, and a list by repeating its name. What the original service does not have is marked `x-confab-extension`.',
    },
    servers: [{ url: server }],
    tags: [...resources.keys()].map((name) => ({ name })),
    security: [{ account: [] }],
    paths: pathsOf(operations),
    components: {
      securitySchemes: {
        account: {
          type: 'http',
          scheme: 'basic',
          description: 'Account SID and auth token, or the SID and secret of an API key.',
        },
      },
      schemas: {
        ...Object.fromEntries([...resources.values()].map((one) => [schemaName(one), schemaOf(one)])),
        page: PAGE,
        error: ERROR,
      },
      parameters: { idempotency_key: IDEMPOTENCY_KEY },
      responses: {
        refused: {
          description: 'The request was refused, and nothing was changed.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/error' } } },
        },
      },
    },
  };
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Requests with the same key are applied once. Remembered for a day.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  'x-confab-extension': true,
};

const ERROR: Schema = {
  type: 'object',
  properties: {
    code: { ...whole, description: 'What is wrong, by a number that does not change.' },
    message: { ...string, description: 'What is wrong, and what to do.' },
    more_info: uri,
    status: { ...whole, description: 'The status of the answer.' },
    details: { type: 'object', description: 'Particulars, such as the `parameter` at fault.' },
  },
  required: ['code', 'message', 'more_info', 'status'],
};

const PAGE: Schema = objectOf({
  page: whole,
  page_size: whole,
  first_page_url: uri,
  previous_page_url: nullable(uri),
  url: uri,
  next_page_url: nullable(uri),
  key: { ...string, description: 'The name of the list.' },
});

function pathsOf(operations: readonly DescribedOperation[]) {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const item = paths[operation.path] ?? {};
    item[operation.method.toLowerCase()] = operationObject(operation);
    paths[operation.path] = item;
  }
  return paths;
}

function operationObject(operation: DescribedOperation) {
  const { id, summary, resource, method, pathParameters, params, permission, statuses, json, extension } = operation;
  const inPath = pathParameters.map((name) => ({ name, in: 'path', required: true, schema: string }));
  const inQuery = method === 'GET' ? Object.entries(params) : [];
  const answer = answerObject(operation);
  return {
    operationId: id,
    summary,
    tags: [resource.name],
    'x-confab-permission': permission,
    ...(extension && { 'x-confab-extension': true }),
    parameters: [
      ...inPath,
      ...(method === 'GET' ? [] : [{ $ref: '#/components/parameters/idempotency_key' }]),
      ...inQuery.map(([name, { required, schema }]) => ({ name, in: 'query', required, schema })),
    ],
    ...(method === 'POST' && Object.keys(params).length > 0 && { requestBody: bodyOf(params, json) }),
    responses: {
      ...Object.fromEntries(statuses.map((status) => [status, answer])),
      default: { $ref: '#/components/responses/refused' },
    },
  };
}

function bodyOf(params: ParamSchema, json: boolean) {
  const names = Object.entries(params);
  const required = names.flatMap(([name, param]) => (param.required ? [name] : []));
  const properties = Object.fromEntries(names.map(([name, { schema }]) => [name, schema]));
  const schema = { type: 'object', properties, ...(required.length > 0 && { required }) };
  const asJson = { type: 'object', ...(required.length > 0 && { required }) };
  return {
    required: required.length > 0,
    content: {
      ...(json && { 'application/json': { schema: asJson } }),
      'application/x-www-form-urlencoded': { schema },
    },
  };
}

function answerObject({ answer, resource }: DescribedOperation) {
  if (answer === 'nothing') return { description: 'Done.' };
  if (answer === 'events') {
    return { description: 'Server-sent events.', content: { 'text/event-stream': { schema: string } } };
  }
  const one = { $ref: `#/components/schemas/${schemaName(resource)}` };
  const list = resource.list ?? resource.name;
  const schema =
    answer === 'one'
      ? one
      : answer === 'page'
        ? objectWith({ meta: { $ref: '#/components/schemas/page' }, [list]: { type: 'array', items: one } })
        : objectWith({ [list]: { type: 'array', items: one }, ...OLDER_PAGE });
  return {
    description: `The ${answer === 'one' ? resource.name : 'page'}.`,
    content: { [resource.lines ? 'application/x-ndjson' : 'application/json']: { schema } },
  };
}

/** Where a page of the older API stands: its URIs are relative to the host (REST API 2). */
const OLDER_PAGE = {
  page: whole,
  page_size: whole,
  start: whole,
  end: whole,
  uri: string,
  first_page_uri: string,
  previous_page_uri: nullable(string),
  next_page_uri: nullable(string),
};

function objectWith(properties: Record<string, object>) {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function schemaOf({ properties, optional = [], lines }: Resource): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: lines === true };
}

function schemaName({ name }: Resource): string {
  return name.replaceAll(' ', '_');
}
