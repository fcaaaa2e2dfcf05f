import type { IncomingMessage } from 'node:http';
import { type Config, isLoopbackHost } from '../config/index.ts';
import { allowedHostNames, authorityOf, hostOf } from './authority.ts';

/** Hosts that were found allowed, as they were written: the same few come with every request. */
const allowedOf = new WeakMap<Config, Set<string>>();
const KEPT = 100;

/**
 * Whether a request under this Host may be served (design 5): loopback names, the public and the allowed hosts, and the original product
 * names. Everything else is a web page whose name was pointed at this server (DNS rebinding), or a mistake. A missing Host is refused.
 */
export function isHostAllowed(hostHeader: string | undefined, config: Config): boolean {
  if (hostHeader === undefined) return false;
  let allowed = allowedOf.get(config);
  if (allowed === undefined) {
    allowed = new Set();
    allowedOf.set(config, allowed);
  }
  if (allowed.has(hostHeader)) return true;
  const host = hostOf(hostHeader);
  if (host === undefined || !(isLoopbackHost(host) || allowedHostNames(config).has(host))) return false;
  if (allowed.size >= KEPT) allowed.clear();
  allowed.add(hostHeader);
  return true;
}

/** As `isHostAllowed`, for a request or upgrade whose target may be in absolute form. */
export function isRequestHostAllowed(request: Pick<IncomingMessage, 'url' | 'headers'>, config: Config): boolean {
  return isHostAllowed(authorityOf(request), config);
}
