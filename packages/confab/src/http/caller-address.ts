import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP } from 'node:net';

interface HeadersAndPeer extends Pick<IncomingMessage, 'headers'> {
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** IPv4 callers of a dual-stack listener are seen as `::ffff:127.0.0.1`. */
export function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=[0-9.]+$)/i, '');
}

/**
 * Where a request comes from: the peer, or whom a trusted proxy names. Each proxy adds its own peer at the end of `X-Forwarded-For`, so
 * the list is read from there for as long as the one who wrote is trusted; what stands before was written by whoever sent it.
 */
export function callerAddress({ headers, socket }: HeadersAndPeer, trusted: BlockList): string {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  let address = withoutMapping(socket.remoteAddress ?? '');
  while (isIn(trusted, address)) {
    const before = withoutMapping((forwarded.pop() ?? '').trim());
    if (isIP(before) === 0) break;
    address = before;
  }
  return address;
}

function isIn(networks: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && networks.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
