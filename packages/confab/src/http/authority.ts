import type { IncomingMessage } from 'node:http';
import { type Config, isLoopbackHost, normalHost } from '../config/index.ts';

/** Product hosts that clients reach this server under, by their name service or a rewriting client (REST API 1). */
const PRODUCT_HOSTS = [
  'accounts.twilio.com',
  'api.twilio.com',
  'chat.twilio.com',
  'content.twilio.com',
  'conversations.twilio.com',
  'iam.twilio.com',
  'mcs.us1.twilio.com',
  'tsock.us1.twilio.com',
];

const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)/i;
const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::[0-9]{1,5})?$/i;

/** Where the caller meant to go: the authority of an absolute-form target, which stands above Host (RFC 9112 3.2.2), or Host. */
export function authorityOf({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): string | undefined {
  if (url.startsWith('/')) return headers.host;
  return ABSOLUTE_FORM.exec(url)?.[1] ?? headers.host;
}

/** The host in an authority, without port, in its normal form; undefined if there is none. */
export function hostOf(authority: string | undefined): string | undefined {
  const host = HOST_AND_PORT.exec(authority ?? '')?.[1];
  return host === undefined ? undefined : normalHost(host);
}

/**
 * What the URLs in an answer begin with: the configured public URL, else scheme and authority that the caller used (REST API 1). What a proxy
 * says in forwarding headers is not believed: anybody can.
 */
export function originFor(request: Pick<IncomingMessage, 'url' | 'headers'>, config: Config): string {
  if (config.publicUrl !== undefined) return config.publicUrl;
  return `${config.tls === undefined ? 'http' : 'https'}://${authorityOf(request)}`;
}

/** What the URLs of files begin with: the media URL where one is configured. */
export function mediaOriginFor(request: Pick<IncomingMessage, 'url' | 'headers'>, config: Config): string {
  return config.mediaUrl ?? originFor(request, config);
}

const MEDIA_PATH = /^\/v1\/Services\/[^/]+\/Media(?:Set)?(?:\/|$)/;

/** Whether a request comes under the media URL's own name, which serves files only: what is there shares its origin with nothing else. */
export function isBesideMedia(
  request: Pick<IncomingMessage, 'url' | 'headers'>,
  path: string,
  config: Config,
): boolean {
  const { mediaUrl, publicUrl } = config;
  if (mediaUrl === undefined) return false;
  const mediaHost = normalHost(new URL(mediaUrl).hostname);
  const publicHost = publicUrl === undefined ? undefined : normalHost(new URL(publicUrl).hostname);
  if (mediaHost === undefined || mediaHost === publicHost || isLoopbackHost(mediaHost)) return false;
  return hostOf(authorityOf(request)) === mediaHost && !MEDIA_PATH.test(path);
}

/** The names besides loopback that requests may come under. */
export function allowedHostNames({ publicUrl, mediaUrl, allowedHosts }: Config): ReadonlySet<string> {
  const own = [publicUrl, mediaUrl].flatMap((url) =>
    url === undefined ? [] : (normalHost(new URL(url).hostname) ?? []),
  );
  return new Set([...PRODUCT_HOSTS, ...allowedHosts, ...own]);
}
