import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Exchange } from './recorded-client.ts';

interface OpenApi {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
  components: unknown;
}

/** What is wrong with an answer by the server's own description of itself; nothing if it is as described. */
export type Judge = (exchange: Exchange) => string[];

export async function ownDescription(url: string): Promise<Judge> {
  const api = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
  const ajv = new Ajv2020({ strictSchema: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'api', components: api.components });
  const calls = Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { responses }]) => ({
      pattern: new RegExp(`^${path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      method: method.toUpperCase(),
      schemas: new Map(
        Object.entries(responses).map(([status, { content }]) => {
          const schema = content?.['application/json']?.schema;
          return [status, schema && ajv.compile(rebased(schema))];
        }),
      ),
    })),
  );
  return ({ method, pathname, status, body }) => {
    const call = calls.find((one) => one.method === method && one.pattern.test(pathname));
    if (call === undefined) return [`${method} ${pathname} is not described`];
    if (!call.schemas.has(String(status))) return [`${method} ${pathname}: ${status} is not described`];
    const validate = call.schemas.get(String(status));
    if (validate === undefined || validate(body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${method} ${pathname}: ${instancePath} ${message} ${JSON.stringify(params)} in ${JSON.stringify(body)}`,
    );
  };
}

/** References of the document, for a schema outside of it. */
function rebased(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components'));
}
