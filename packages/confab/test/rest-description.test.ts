import { createHash } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../src/api/index.ts';
import { type RestServer, startRestServer } from './support/rest-server.ts';

interface OperationObject {
  operationId: string;
  tags: string[];
  parameters: { name: string; in: string; required: boolean; schema?: object }[];
  requestBody?: { content: Record<string, { schema: { properties: Record<string, object>; required?: string[] } }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
  'x-confab-extension'?: boolean;
  'x-confab-permission': string;
}

interface OpenApi {
  openapi: string;
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, object>; responses: Record<string, object> };
}

let server: RestServer;
let api: OpenApi;
let page: string;
beforeAll(async () => {
  server = await startRestServer();
  api = JSON.parse((await server.send('/openapi.json')).text);
  page = (await server.send('/docs')).text;
});
afterAll(() => server.stop());

/** Every call of the description. */
function calls(): [path: string, method: string, operation: OperationObject][] {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, string, OperationObject] => [path, method, operation]),
  );
}

describe('/openapi.json', () => {
  it('has every operation that is served, in each of its forms, and no other', () => {
    const served = OPERATIONS.flatMap(({ method, root, path, forms }) =>
      forms.map((form) => `${method} ${root}${form === 'service' ? '/Services/{ChatServiceSid}' : ''}${path}`),
    );
    const described = calls().map(([path, method]) => `${method.toUpperCase()} ${path}`);
    expect(described.sort()).toEqual(served.sort());
    const ids = calls().map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['CreateConversation', 'CreateServiceConversation', 'FetchService']));
  });

  it('declares what it refers to: every parameter of a path, every tag, every reference', () => {
    for (const [path, , { parameters, tags }] of calls()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(inPath);
      for (const tag of tags) expect(api.tags).toContainEqual({ name: tag });
    }
    for (const [, reference = ''] of JSON.stringify(api).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = reference.split('/').reduce<unknown>((at, part) => Object(at)[part], api);
      expect(target, reference).toBeTypeOf('object');
    }
  });

  it('has only schemas that are valid in OpenAPI 3.1, whose dialect is that of JSON Schema 2020-12', () => {
    expect(api.openapi).toBe('3.1.0');
    const ajv = new Ajv2020({ strictSchema: true, allowUnionTypes: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'api', $defs: { all: api.components.schemas } });
    const schemas = calls().flatMap(([, , { parameters, requestBody, responses }]) => [
      ...parameters.flatMap(({ schema }) => schema ?? []),
      ...Object.values(requestBody?.content ?? {}).map(({ schema }) => schema),
      ...Object.values(responses).flatMap(({ content }) => Object.values(content ?? {}).map(({ schema }) => schema)),
    ]);
    for (const schema of [...schemas, ...Object.values(api.components.schemas)]) {
      expect(ajv.validateSchema(schema), JSON.stringify(schema)).toBe(true);
    }
  });

  it('tells the parameters of query and form as they are read', () => {
    const list = api.paths['/v1/Conversations/{ConversationSid}/Messages']?.get;
    expect(list?.parameters).toContainEqual({
      name: 'Order',
      in: 'query',
      required: false,
      schema: { type: 'string', enum: ['asc', 'desc'] },
    });
    const create = api.paths['/v1/Roles']?.post?.requestBody?.content['application/x-www-form-urlencoded']?.schema;
    expect(create?.required?.toSorted()).toEqual(['FriendlyName', 'Permission', 'Type']);
    expect(create?.properties.Permission).toEqual({ type: 'array', items: { type: 'string' } });
    expect(api.paths['/v1/Services/{Sid}']?.delete?.responses['204']).toEqual({ description: 'Done.' });
  });

  it('marks what the original service does not have, and only that', () => {
    for (const [path, , operation] of calls()) {
      expect(operation['x-confab-extension'] === true, path).toBe(path.startsWith('/confab/'));
      expect(operation['x-confab-permission']).toMatch(/^\/confab\/[a-z.0-9-]+\/[a-z-]+$/);
    }
  });

  it('names the server that the caller used, and may be read by everybody', async () => {
    expect(api.servers).toEqual([{ url: server.url }]);
    const answer = await server.send('/openapi.json', { headers: { host: 'conversations.twilio.com' } });
    expect(answer.json).toMatchObject({ servers: [{ url: 'http://conversations.twilio.com' }] });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(await server.send('/openapi.json', { headers: { host: 'evil.example' } })).toMatchObject({ status: 421 });
  });
});

describe('/docs', () => {
  it('has every call and every parameter', () => {
    for (const [path, method, { parameters }] of calls()) {
      expect(page).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
      for (const { name, in: place } of parameters)
        if (place === 'query') expect(page).toContain(`<code>${name}</code>`);
    }
    for (const [, target = ''] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${target}"`);
  });

  it('loads nothing, runs nothing, and its one style is the one that it allows', async () => {
    const { headers, status } = await server.send('/docs');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bon\w+=|style="|https?:\/\//i);
  });
});
