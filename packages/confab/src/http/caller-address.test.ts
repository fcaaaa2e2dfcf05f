import { expect, it } from 'vitest';
import { networksOf } from '../config/index.ts';
import { callerAddress } from './caller-address.ts';

const trusted = networksOf(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);

it.each([
  ['whoever connects', '203.0.113.7', undefined, '203.0.113.7'],
  ['an IPv4 peer of a dual-stack listener', '::ffff:203.0.113.7', undefined, '203.0.113.7'],
  ['whoever connects, whatever they claim', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
  ['whom a trusted proxy names', '10.1.2.3', '203.0.113.7', '203.0.113.7'],
  ['whom a trusted IPv6 proxy names', 'fd00::1', '2001:db8::7', '2001:db8::7'],
  ['whom the last of several trusted proxies names', '10.1.2.3', '203.0.113.7, 192.0.2.1, 10.9.9.9', '203.0.113.7'],
  ['nobody whom the caller made up', '10.1.2.3', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
  ['nobody in the trusted networks whom the caller made up', '10.1.2.3', '10.0.0.1, 203.0.113.7', '203.0.113.7'],
  ['the proxy itself when it names nobody', '10.1.2.3', undefined, '10.1.2.3'],
  ['the proxy itself when what it names is no address', '10.1.2.3', 'unknown', '10.1.2.3'],
  ['the first when all are trusted', '10.1.2.3', '10.0.0.1', '10.0.0.1'],
  ['a name in the mapped form as well', '10.1.2.3', '::ffff:203.0.113.7', '203.0.113.7'],
])('finds %s', (_what, remoteAddress, forwarded, address) => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  expect(callerAddress({ headers, socket: { remoteAddress } }, trusted)).toBe(address);
});

it('trusts nobody unless told to', () => {
  const request = { headers: { 'x-forwarded-for': '203.0.113.7' }, socket: { remoteAddress: '127.0.0.1' } };
  expect(callerAddress(request, networksOf([]))).toBe('127.0.0.1');
});
