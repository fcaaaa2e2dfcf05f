import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, RateExceeded } from '../domain/index.ts';
import type { Logger } from '../logging.ts';
import {
  CommitOutcomeUnknownError,
  LowDiskError,
  StoreOverloadedError,
  StoreUnavailableError,
} from '../store/index.ts';
import { HttpError } from './http-error.ts';

/** The answers to what the framework refuses by itself, where its own words do not say what to do. */
const FRAMEWORK_MESSAGES: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body of the request is too large.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE:
    'The media type of the body is not supported: send parameters as application/x-www-form-urlencoded.',
};

/** The one place where errors become answers. What it does not know is a fault of ours: logged, and told to nobody. */
export function errorHandler(
  logger: Logger,
): (error: Error, request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return (error, request, reply) => {
    const refusal = refusalOf(error);
    // Of a full disk the operator has been told, once; telling of each request would fill it further.
    if (refusal.status >= 500 && !(error instanceof LowDiskError))
      logger.error({ requestId: request.id, err: error }, 'request failed');
    return reply
      .code(refusal.status)
      .headers(refusal.headers)
      .type('application/json; charset=utf-8')
      .send(errorBody(refusal));
  };
}

/** The body of every error answer (REST API 4). */
export function errorBody({
  code,
  message,
  status,
  details,
}: Pick<HttpError, 'code' | 'message' | 'status' | 'details'>) {
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status, details };
}

function refusalOf(error: Error): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof DomainError) return domainRefusal(error);
  return storeRefusal(error) ?? frameworkRefusal(error) ?? new HttpError(500, 20500, 'An internal error occurred.');
}

function domainRefusal(error: DomainError): HttpError {
  const { status, code, message, parameter } = error;
  return new HttpError(status, code, message, {
    ...(parameter !== undefined && { details: { parameter } }),
    ...(error instanceof RateExceeded && { headers: { 'Retry-After': String(error.retryAfter) } }),
  });
}

function storeRefusal(error: Error): HttpError | undefined {
  const again = { headers: { 'Retry-After': '1' } };
  if (error instanceof LowDiskError)
    return new HttpError(503, 20503, error.message, { headers: { 'Retry-After': '30' } });
  if (error instanceof StoreUnavailableError) {
    const message = 'The database cannot store changes now. Nothing was applied: send the request again.';
    return new HttpError(503, 20503, message, again);
  }
  if (error instanceof StoreOverloadedError) {
    const message = 'Too many changes wait for the database. Nothing was applied: send the request again.';
    return new HttpError(503, 20503, message, again);
  }
  if (error instanceof CommitOutcomeUnknownError) {
    const message =
      'The connection to the database broke while the change was committed. It may have been applied: look before you send it again.';
    return new HttpError(503, 20503, message);
  }
  return undefined;
}

/** What the framework refuses before a handler runs: bad JSON, a bad URL, a body over the limit. */
function frameworkRefusal(error: Error): HttpError | undefined {
  if (!('code' in error && typeof error.code === 'string' && error.code.startsWith('FST_'))) return undefined;
  if (!('statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500)) return undefined;
  return new HttpError(error.statusCode, 20001, FRAMEWORK_MESSAGES[error.code] ?? error.message);
}
