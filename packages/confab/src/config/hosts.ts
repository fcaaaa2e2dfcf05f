import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

// Underscores are no part of a host name (RFC 1123 2.1), but container networks use them.
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** A host name or IP address in lower case and without the brackets of an IPv6 address; undefined if it is neither. */
export function normalHost(text: string): string | undefined {
  const host = text.toLowerCase().replace(/^\[(.*:.*)\]$/, '$1');
  if (isIP(host) !== 0) return host;
  const labels = host.split('.');
  if (host.length > 253 || !labels.every((label) => LABEL.test(label))) return undefined;
  // A name that ends in a number is an IPv4 address to browsers and resolvers (`127.1`), and not one that they agree on.
  return /^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '') ? undefined : host;
}

/** Whether a host reaches this machine only: 127.0.0.0/8, ::1, `localhost`. An IPv6 address may be in brackets. */
export function isLoopbackHost(text: string): boolean {
  const host = normalHost(text);
  if (host === undefined) return false;
  const family = isIP(host);
  return family === 0 ? host === 'localhost' : loopback.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether the text is an IP address, or a network in CIDR notation. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, more] = text.split('/', 3);
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** The addresses in a list of addresses and networks. Throws for what `isNetwork` does not take. */
export function networksOf(list: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const entry of list) {
    const [address = '', bits] = entry.split('/', 2);
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) networks.addAddress(address, family);
    else networks.addSubnet(address, Number(bits), family);
  }
  return networks;
}
