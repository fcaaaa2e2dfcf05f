import type { IncomingMessage } from 'node:http';
import { type Config, isLoopbackHost } from '../config/index.ts';
import { allowedHostNames, authorityOf, hostOf } from './authority.ts';

const namesOf = new WeakMap<Config, ReadonlySet<string>>();

/**
 * Whether a request under this Host may be served (design 5): loopback names, the public and the allowed hosts, and the original product
 * names. Everything else is a web page whose name was pointed at this server (DNS rebinding), or a mistake. A missing Host is refused.
 */
export function isHostAllowed(hostHeader: string | undefined, config: Config): boolean {
  const host = hostOf(hostHeader);
  if (host === undefined) return false;
  let names = namesOf.get(config);
  if (names === undefined) {
    names = allowedHostNames(config);
    namesOf.set(config, names);
  }
  return names.has(host) || isLoopbackHost(host);
}

/** As `isHostAllowed`, for a request or upgrade whose target may be in absolute form. */
export function isRequestHostAllowed(request: Pick<IncomingMessage, 'url' | 'headers'>, config: Config): boolean {
  return isHostAllowed(authorityOf(request), config);
}
