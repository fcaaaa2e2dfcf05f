import type { FastifyReply } from 'fastify';

const REST_PATH = /^\/(?:v1|2010-04-01)(?:[/?]|$)/;

/** Whether the path belongs to the REST API, which any web page may call with credentials that it was given. */
export function isRestPath(path: string): boolean {
  return REST_PATH.test(path);
}

/** Headers that browsers hand to the page. */
const EXPOSED =
  'Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Idempotent-Replayed, Retry-After, Twilio-Request-Id';

/** Those that the original service was seen to allow (REST API 3), and its own. */
const ALLOWED_REQUEST_HEADERS = [
  'Accept',
  'Authorization',
  'Content-Type',
  'If-Match',
  'If-Modified-Since',
  'If-None-Match',
  'If-Unmodified-Since',
  'Idempotency-Key',
  'If-Range',
  'Range',
  'X-Twilio-Token',
  'X-Twilio-Webhook-Enabled',
].join(', ');

/**
 * Lets scripts of every origin read the answer. Never with `Access-Control-Allow-Credentials`: what a browser adds by itself (cookies,
 * remembered passwords) must not count here (design 5).
 */
export function allowEveryOrigin(reply: FastifyReply): void {
  reply.header('Access-Control-Allow-Origin', '*');
  reply.header('Access-Control-Expose-Headers', EXPOSED);
}

/** Answers a preflight for the REST API. */
export function answerRestPreflight(reply: FastifyReply): void {
  reply
    .code(204)
    .headers({
      'Access-Control-Allow-Methods': 'GET, HEAD, POST, DELETE, OPTIONS',
      'Access-Control-Allow-Headers': ALLOWED_REQUEST_HEADERS,
      'Access-Control-Max-Age': '7200',
    })
    .send();
}
