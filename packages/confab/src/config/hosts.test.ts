import { describe, expect, it } from 'vitest';
import { isLoopbackHost, normalHost } from './hosts.ts';

describe('normalHost', () => {
  it.each([
    ['Chat.Example.COM', 'chat.example.com'],
    ['confab_server', 'confab_server'],
    ['192.168.0.1', '192.168.0.1'],
    ['[2001:DB8::1]', '2001:db8::1'],
    ['::', '::'],
  ])('takes %s', (text, host) => {
    expect(normalHost(text)).toBe(host);
  });

  it.each([
    '',
    'a b',
    'host:4000',
    'http://host',
    'host/',
    'a..b',
    '-a',
    '127.1',
    '0x7f000001',
    '2130706433',
    '[localhost]',
    'ü.de',
  ])('does not take %j', (text) => {
    expect(normalHost(text)).toBeUndefined();
  });
});

describe('isLoopbackHost', () => {
  it.each([
    '127.0.0.1',
    '127.255.0.3',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    'localhost',
    'LOCALHOST',
  ])('knows %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '::',
    '128.0.0.1',
    '10.0.0.1',
    '::2',
    '::ffff:10.0.0.1',
    'localhost.example.com',
    '127.0.0.1.example.com',
    '',
  ])('does not take %j for it', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});
