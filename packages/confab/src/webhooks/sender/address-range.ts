import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Global unicast (RFC 4291 2.4): whatever else is in use stands in the list of special ranges. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** IPv4 behind a translator (RFC 6052), where a network has nothing but IPv6. */
const TRANSLATED = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** The cloud's own service in Azure networks, at what looks like a public address. */
const AZURE_PLATFORM = '168.63.129.16';

/**
 * The kind of an address: `unicast` on the public Internet, else what it is instead (`loopback`, `private`, `linkLocal`, `uniqueLocal`,
 * `carrierGradeNat` …). IPv4 inside IPv6 (mapped, compatible, translated: RFC 4291 2.5.5) is judged by the IPv4 address. Tunnels whose far
 * end is in the address (6to4, Teredo) are kinds of their own.
 */
export function rangeOf(text: string): string {
  const address = parse(text);
  if (address === undefined) return 'invalid';
  if (address.toString() === AZURE_PLATFORM) return 'metadata';
  const range = address.range();
  if (address instanceof ipaddr.IPv6 && range === 'unicast' && !address.match(GLOBAL_UNICAST)) return 'reserved';
  return range;
}

/** Whether an address is one of these, or in one of these networks (`10.1.0.0/16`). */
export function isListed(text: string, networks: readonly string[]): boolean {
  const address = parse(text);
  return address !== undefined && networks.some((network) => isIn(address, network));
}

/** Whether both name the same address, however written, and whether as IPv4 or inside IPv6. */
export function isSameAddress(a: string, b: string): boolean {
  const [one, other] = [parse(a), parse(b)];
  return one !== undefined && one.toString() === other?.toString();
}

function parse(text: string): Address | undefined {
  // A zone names an interface of this machine: what has one is no public address.
  if (text.includes('%') || !ipaddr.isValid(text)) return undefined;
  const address = ipaddr.parse(text);
  return address instanceof ipaddr.IPv6 ? (embeddedIn(address) ?? address) : address;
}

function embeddedIn(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const bytes = address.toByteArray();
  // `::` and `::1` are addresses of their own.
  const isCompatible = bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12, 15).some((byte) => byte !== 0);
  const range = address.range();
  const isEmbedded = isCompatible || range === 'ipv4Mapped' || range === 'rfc6145' || address.match(TRANSLATED);
  return isEmbedded ? new ipaddr.IPv4(bytes.slice(12)) : undefined;
}

function isIn(address: Address, network: string): boolean {
  const [text = '', bits] = network.split('/', 2);
  const base = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return base instanceof ipaddr.IPv4 && address.match(base, Number(bits ?? 32));
  return base instanceof ipaddr.IPv6 && address.match(base, Number(bits ?? 128));
}
