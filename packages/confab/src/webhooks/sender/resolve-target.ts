import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isListed, isSameAddress, rangeOf } from './address-range.ts';

export interface PinnedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a host name. Rejects when it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** As every other program on this machine resolves names. */
export const systemResolve: Resolve = async (host) =>
  (await lookup(host, { all: true, order: 'verbatim' })).map(({ address }) => address);

/** Where hooks may go besides the public Internet. */
export interface TargetRules {
  /** Host names in lower case, which may be at any address, and addresses and networks (`10.1.0.0/16`). */
  readonly allow: readonly string[];
  /** Development mode: to programs on this machine. */
  readonly loopback: boolean;
  /** The port that this server listens on, once it does: it sends no hooks to itself, whatever is allowed. */
  readonly ownPort: () => number | undefined;
}

export type ResolvedTarget = { addresses: readonly PinnedAddress[] } | { blocked: string } | { unresolved: string };

/**
 * The addresses that a hook to `url` may be connected to, and only these: a name that answers otherwise when it is looked up again gains
 * nothing. One bad address among several refuses them all. Numbers in any notation have their usual form in a parsed URL.
 */
export async function resolveTarget(url: URL, rules: TargetRules, resolve: Resolve): Promise<ResolvedTarget> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  let found: readonly string[];
  try {
    found = isIP(host) === 0 ? await resolve(host) : [host];
  } catch (error) {
    return { unresolved: error instanceof Error ? error.message : String(error) };
  }
  if (found.length === 0) return { unresolved: `${host} has no address` };
  const isOurs = portOf(url) === rules.ownPort();
  const networks = rules.allow.filter((entry) => isIP(entry.split('/')[0] ?? '') !== 0);
  const isNamed = rules.allow.includes(host.replace(/\.$/, ''));
  for (const address of found) {
    const range = rangeOf(address);
    const isHere = range === 'loopback' || range === 'unspecified' || isOfThisMachine(address);
    if (isOurs && isHere) return { blocked: `${address} is this server itself` };
    if (isNamed || isListed(address, networks) || (range === 'loopback' && rules.loopback)) continue;
    if (range !== 'unicast') return { blocked: `${address} is not on the public Internet (${range})` };
    // At a public address of this machine is also what its firewall keeps from the world.
    if (isHere) return { blocked: `${address} is this machine` };
  }
  return { addresses: found.map((address) => ({ address, family: isIP(address) === 6 ? 6 : 4 })) };
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

function isOfThisMachine(address: string): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some((one) => isSameAddress(one.address, address)));
}
