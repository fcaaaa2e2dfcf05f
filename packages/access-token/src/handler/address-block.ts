const MAPPED = /^::ffff:(?=[0-9.]+$)/i;

/**
 * What the limit per caller counts by: an IPv4 address, or the first 64 bits of an IPv6 one, since a single host is given that many
 * (RFC 4291 2.5.4). Anything else stands for itself.
 */
export function addressBlock(address: string): string {
  const plain = address.replace(MAPPED, '').replace(/%.*$/, '').toLowerCase();
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? 0 : tail.split(':').length;
    while (groups.length + after < 8) groups.push('0');
    if (tail !== '') groups.push(...tail.split(':'));
  }
  const block = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${block.join(':')}::/64`;
}
