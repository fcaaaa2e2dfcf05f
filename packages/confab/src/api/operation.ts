import type { FastifyRequest } from 'fastify';
import type { AccountActor, ServiceRef } from '../domain/index.ts';
import { type HttpError, notAuthenticated, originFor, resourceNotFound } from '../http/index.ts';
import type { ApiContext } from './context.ts';
import type { Lookups } from './lookups.ts';
import { type Given, type ParamSchema, type ParamValues, readParams } from './params.ts';
import { permissionOf } from './permission.ts';

/**
 * What the paths of an API begin with. `/v1`: conversations, and the newer API of keys. `/2010-04-01`: accounts, and the older one of
 * keys (REST API 1). `/confab/v1`: what the original service does not have.
 */
export type Root = '/v1' | '/2010-04-01' | '/confab/v1';

/** `account`: `/v1/…`, on the account's default service where there is one in play. `service`: `/v1/Services/{IS}/…` (REST API 1). */
export type Form = 'account' | 'service';

type Status = 200 | 201 | 202 | 204;

export interface RestRequest {
  readonly request: FastifyRequest;
  readonly form: Form;
  readonly actor: AccountActor;
  readonly path: Readonly<Record<string, string>>;
  readonly given: Given;
  /** Answers with another status than the operation's own. */
  answerWith(status: Status): void;
}

/** What operations are run with. */
export type OperationContext = ApiContext & Lookups;

/** An authenticated request, as operations see it. */
export interface Call {
  readonly context: OperationContext;
  readonly actor: AccountActor;
  /** What the URLs in the answer begin with: those of the short form in the short form, of the service form in the service form. */
  readonly base: string;
  /** A parameter of the path, such as `ConversationSid`. */
  path(name: string): string;
  /** Answers with the operation's other status. */
  answerWith(status: Status): void;
  /** Whether the credential would still be let in now, as a Main one: for answers that go on for long. */
  isStillMain(): Promise<boolean>;
  /** The refusal for a resource in the path that is not there, or is somebody else's. */
  notFound(): HttpError;
}

/** A request about what is in a service. */
export interface ServiceCall extends Call {
  readonly service: ServiceRef;
  readonly form: Form;
}

interface Description {
  /** As OpenAPI descriptions name it. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the root, or below `/v1/Services/{ChatServiceSid}` in the service form. */
  readonly path: string;
  readonly status: Status;
  /** Server-sent events, for as long as the client listens, instead of one answer. */
  readonly stream?: true;
  /** Its parameters may come in JSON as well. */
  readonly json?: true;
  /**
   * Nothing is stored of it that could be shown to a retry, and to do it twice does no more than once: it takes no notice of an
   * idempotency key.
   */
  readonly repeatable?: true;
  /** The status that some answers have instead (`answerWith`). */
  readonly otherStatus?: Status;
}

interface Declaration<Schema extends ParamSchema, C extends Call> extends Description {
  /** Of the query in a GET, of the form in a POST. */
  readonly params: Schema;
  /** Parameters of the original service that this release refuses. */
  readonly unsupported?: readonly string[];
  handle(call: C, given: ParamValues<Schema>): Promise<unknown>;
}

interface ServiceDeclaration<Schema extends ParamSchema> extends Declaration<Schema, ServiceCall> {
  /** Both when absent. The few that exist only below a service have the word in their `id` (REST API 1). */
  readonly forms?: readonly ['service'];
  /** `/v1` when absent. */
  readonly root?: Root;
}

interface AccountDeclaration<Schema extends ParamSchema> extends Declaration<Schema, Call> {
  /** `/v1` when absent. */
  readonly root?: Root;
}

/** One operation of the API, ready to be routed and described. */
export interface Operation extends Description {
  readonly root: Root;
  readonly forms: readonly Form[];
  /** What a Restricted key's policy must list, below `/confab/`, for the operation to be run at all. */
  readonly permission: string;
  readonly params: ParamSchema;
  readonly unsupported: readonly string[];
  answer(context: OperationContext, rest: RestRequest): Promise<unknown>;
}

/** An operation on what belongs to the account itself. */
export function accountOperation<Schema extends ParamSchema>({
  handle,
  unsupported = [],
  root = '/v1',
  ...description
}: AccountDeclaration<Schema>): Operation {
  return {
    ...description,
    root,
    permission: permissionOf({ ...description, root, forms: ['account'] }),
    unsupported,
    forms: ['account'],
    answer: async (context, rest) =>
      handle(accountCall(context, rest, root), readParams(description.params, unsupported, rest.given)),
  };
}

/**
 * An operation on the account or its keys: for Main credentials only, and others learn nothing from it (REST API 2). No policy opens it:
 * a Restricted key could make itself one that is not.
 */
export function mainOperation<Schema extends ParamSchema>(declaration: AccountDeclaration<Schema>): Operation {
  return mainOnly(accountOperation(declaration));
}

/** As `mainOperation`, on what belongs to a service. */
export function mainServiceOperation<Schema extends ParamSchema>(declaration: ServiceDeclaration<Schema>): Operation {
  return mainOnly(serviceOperation(declaration));
}

function mainOnly(operation: Operation): Operation {
  return {
    ...operation,
    async answer(context, rest) {
      if (!rest.actor.main) throw notAuthenticated();
      return operation.answer(context, rest);
    },
  };
}

/** An operation on what belongs to a service, in both forms unless it says otherwise. */
export function serviceOperation<Schema extends ParamSchema>({
  handle,
  unsupported = [],
  forms: only,
  root = '/v1',
  ...description
}: ServiceDeclaration<Schema>): Operation {
  const forms: readonly Form[] = only ?? ['account', 'service'];
  return {
    ...description,
    root,
    permission: permissionOf({ ...description, root, forms }),
    unsupported,
    forms,
    async answer(context, rest) {
      const given = readParams(description.params, unsupported, rest.given);
      return handle(await serviceCall(context, rest, root), given);
    },
  };
}

function accountCall(context: OperationContext, { request, actor, path, answerWith }: RestRequest, root: Root): Call {
  const notFound = () => resourceNotFound(request);
  return {
    context,
    actor,
    base: `${originFor(request.raw, context.config)}${root}`,
    path(name) {
      const value = path[name];
      // No SID and no name can hold NUL, which PostgreSQL could not even compare with.
      if (value === undefined || value.includes('\0')) throw notFound();
      return value;
    },
    answerWith,
    isStillMain: () =>
      request.server.requireAccount(request).then(
        ({ main }) => main,
        () => false,
      ),
    notFound,
  };
}

async function serviceCall(context: OperationContext, rest: RestRequest, root: Root): Promise<ServiceCall> {
  const call = accountCall(context, rest, root);
  const { form } = rest;
  const sid = form === 'service' ? call.path('ChatServiceSid') : undefined;
  const service = await context.findService(call.actor.account, sid);
  if (service === undefined) throw call.notFound();
  return { ...call, service, form, base: form === 'service' ? `${call.base}/Services/${service.sid}` : call.base };
}
