import type { FastifyInstance } from 'fastify';
import { HttpError } from '../http/index.ts';
import type { Given } from './params.ts';

/** Takes bodies in JSON as well as forms: texts by name, and what is no text as the JSON of it. */
export function acceptJson(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: unknown, body: string | Buffer) => givenIn(String(body)),
  );
}

function givenIn(body: string): Given {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpError(400, 20001, 'The body must be a JSON object.');
  }
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(
    members.map(([name, member]) => [snakeCase(name), typeof member === 'string' ? member : JSON.stringify(member)]),
  );
}

/** The Node helper sends what it is given as it is, and its types ask for camel case. */
function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
