import { TokenHandlerError } from './token-handler-error.ts';

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/;

/** Whether what is fetched from there can be believed: TLS, or this machine. */
export function isTrustworthyUrl(text: unknown): text is string {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

/** @throws {TokenHandlerError} for a URL that nothing can be believed from. */
export function checkTrustworthyUrl(argument: string, text: unknown): void {
  if (isTrustworthyUrl(text)) return;
  const message = `${argument} must be a URL that begins with https:// (or http:// on a loopback host), without user and password`;
  throw new TokenHandlerError('invalid_url', argument, message);
}
