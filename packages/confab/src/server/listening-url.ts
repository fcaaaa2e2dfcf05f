import type { AddressInfo } from 'node:net';
import type { Config } from '../config/index.ts';

/** The address as a URL. A server that listens on all addresses is reached on loopback. */
export function listeningUrl(address: AddressInfo | string | null, config: Config): string {
  const scheme = config.tls === undefined ? 'http' : 'https';
  const port = address !== null && typeof address === 'object' ? address.port : config.port;
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[config.host] ?? config.host;
  return `${scheme}://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}
