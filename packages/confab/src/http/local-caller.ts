import type { FastifyRequest } from 'fastify';
import { type Config, isLoopbackHost } from '../config/index.ts';
import { authorityOf, hostOf } from './authority.ts';
import { withoutMapping } from './caller-address.ts';

/**
 * Whether a request comes from this machine itself, to a loopback name, and not through a proxy or tunnel that would let in the rest of
 * the world (design 5).
 */
export function isDirectFromLoopback(request: FastifyRequest): boolean {
  const host = hostOf(authorityOf(request.raw));
  if (host === undefined || !isLoopbackHost(host)) return false;
  if (!isLoopbackHost(withoutMapping(request.socket.remoteAddress ?? ''))) return false;
  return !Object.keys(request.headers).some(isForwardingHeader);
}

function isForwardingHeader(name: string): boolean {
  return name === 'forwarded' || name === 'via' || name === 'x-real-ip' || name.startsWith('x-forwarded');
}

/** Whether scripts of this origin may use the routes of development mode: pages of this machine, and those that are listed. */
export function isOriginTrusted(origin: string, { allowedOrigins }: Config): boolean {
  if (allowedOrigins.includes(origin)) return true;
  const url = URL.parse(origin);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === origin && isLoopbackHost(url.hostname);
}
