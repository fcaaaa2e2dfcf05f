import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import {
  AlreadyApplied,
  type AppliedRequest,
  DomainError,
  type Execute,
  findApplied,
  isPermitted,
  isSid,
  type KeyedRequest,
} from '../domain/index.ts';
import { HttpError } from '../http/index.ts';
import type { Operation, OperationContext, RestRequest } from './operation.ts';
import { asksForWebhooks } from './webhooks-enabled.ts';

type Answer = (context: OperationContext, rest: RestRequest, reply: FastifyReply) => Promise<unknown>;

/**
 * The operation, applied once for all requests with the same `Idempotency-Key` (design 2, invariant 5). A retry is answered with the
 * resource as it is now, under the status of the first answer, and marked with `Idempotent-Replayed: true`; a Restricted key that may not
 * read it is told its SID. Only what was applied is remembered: a request that was refused may be sent again.
 */
export function applyOnce(operation: Operation, operations: readonly Operation[]): Answer {
  if (operation.method === 'GET' || operation.repeatable === true) return operation.answer;
  const shown = replayOf(operation, operations);

  async function replay(context: OperationContext, rest: RestRequest, reply: FastifyReply, applied: AppliedRequest) {
    reply.code(applied.status).header('Idempotent-Replayed', 'true');
    if (applied.status === 204 || shown === undefined) return undefined;
    // What became of it since is for those who may read it.
    if (!isPermitted(rest.actor, shown.permission)) return { sid: applied.resultSid };
    const path = applied.resultSid === null || !shown.path.includes('{Sid}') ? {} : { Sid: applied.resultSid };
    return shown.answer(context, { ...rest, path: { ...rest.path, ...path }, given: {} });
  }

  return async (context, rest, reply) => {
    const key = keyOf(rest);
    const request = key === undefined ? undefined : await keyedRequest(context, operation, rest, key);
    if (request === undefined) return operation.answer(context, rest);
    const before = await findApplied(context.read, request);
    if (before !== undefined) return replay(context, rest, reply, before);
    let { status } = operation;
    let first = true;
    const execute: Execute = (command, actor, input, options) => {
      const once = first ? { ...request, status } : undefined;
      first = false;
      return context.execute(command, actor, input, { ...options, once });
    };
    try {
      return await operation.answer({ ...context, execute }, { ...rest, answerWith });
    } catch (error) {
      const applied = error instanceof AlreadyApplied ? error.applied : await goneBy(context, request, error);
      if (applied === undefined) throw error;
      return replay(context, rest, reply, applied);
    }

    function answerWith(other: typeof status): void {
      status = other;
      rest.answerWith(other);
    }
  };
}

/** The first of two deletions at once can leave the second nothing to find: then that is why. */
async function goneBy(context: OperationContext, request: KeyedRequest, error: unknown) {
  const notFound = (error instanceof HttpError || error instanceof DomainError) && error.status === 404;
  return notFound ? findApplied(context.read, request) : undefined;
}

/** Where what these make is shown is not told by their paths. */
const SHOWN_AT: Readonly<Record<string, string>> = {
  '/ConversationWithParticipants': '/Conversations/{Sid}',
  '/AuthTokens/Secondary': '/AuthTokens',
  '/AuthTokens/Promote': '/AuthTokens',
  '/Keys/{Sid}/Rotate': '/Keys/{Sid}',
  '/WebhookDeliveries/{Sid}/Redeliver': '/WebhookDeliveries/{Sid}',
};

/** The operation that shows what this one makes or changes. */
export function replayOf({ root, path, status }: Operation, operations: readonly Operation[]): Operation | undefined {
  const made = path.endsWith('.json') ? path.replace(/\.json$/, '/{Sid}.json') : `${path}/{Sid}`;
  const shownAt = SHOWN_AT[path] ?? (status === 200 ? path : made);
  const shown = operations.filter((one) => one.method === 'GET' && one.path === shownAt);
  // Some of what only Confab makes is shown where the original shows its like.
  const elsewhere = root === '/confab/v1' ? '/v1' : undefined;
  return shown.find((one) => one.root === root) ?? shown.find((one) => one.root === elsewhere);
}

const KEY = /^[\x20-\x7e]{1,255}$/;

function keyOf({ request }: RestRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  if (typeof header === 'string' && KEY.test(header)) return header;
  throw new HttpError(400, 20001, 'Header Idempotency-Key must be 1 to 255 printable ASCII characters.', {
    details: { parameter: 'Idempotency-Key' },
  });
}

/** Undefined for a service that is not there: the operation says so. */
async function keyedRequest(
  context: OperationContext,
  { id, forms, status }: Operation,
  rest: RestRequest,
  key: string,
): Promise<KeyedRequest | undefined> {
  const { actor, form, path } = rest;
  const request = { principal: actor.credentialSid, operation: id, key, ...hashesOf(context, rest), status };
  if (!forms.includes('service')) return { ...request, serviceId: 0 };
  const sid = form === 'service' ? path.ChatServiceSid : undefined;
  if (sid !== undefined && !isSid('IS', sid)) return undefined;
  const service = await context.findService(actor.account, sid);
  return service && { ...request, serviceId: service.id };
}

/**
 * Of everything in the request that says what is to be done. Keyed: a plain hash of a short text, such as an identity, is that text for
 * whoever tries all of them.
 */
function hashesOf({ secretBox }: OperationContext, { form, path, given, request }: RestRequest) {
  const sorted = (record: object) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const webhooks = asksForWebhooks(request) ? 'true' : '';
  const text = JSON.stringify([form, sorted(path), sorted(given), webhooks]);
  const [hash, ...rotatedOut] = secretBox.hashesOf(text, 'request');
  // As release 0.1 wrote it: a request that it applied may be sent again after an upgrade.
  return { hash, olderHashes: [...rotatedOut, createHash('sha256').update(text).digest('base64url')] };
}
