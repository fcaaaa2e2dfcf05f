import { createHash } from 'node:crypto';
import { connectionOverrides } from './connection-overrides.ts';
import { type HookParams, signatureOf } from './signature.ts';

/** Scheme and authority, path and query, of a URL that needs no encoding and in which every parser sees the same. */
const CLEAN = /^(https?:\/\/[^/?#\\\s]+)(\/[\x21-\x5b\x5d-\x7e]*?(?:\?[\x21-\x7e]*)?)$/i;

/** A hook as it goes over the wire, apart from the address that it goes to. */
export interface RequestedUrl {
  /** Parsed: what is connected to is read from here and nowhere else. */
  url: URL;
  /** Path and query, as sent. */
  target: string;
  body: string | undefined;
  contentType: string;
  signature: string;
}

/**
 * What is requested, and its signature. The URL is signed and requested as it was configured, character by character, since that is what
 * receivers compare with (webhooks 6); without its fragment. One that no HTTP request could name like that, because its path is empty or
 * has other characters, is signed and requested in the normal form that receivers see. Parameters of a GET, and the digest of a JSON body,
 * follow the query that is there. Undefined when it is no URL of the web.
 */
export function requestedUrl(
  authToken: string,
  hook: { method: 'GET' | 'POST'; url: string; params: HookParams },
): RequestedUrl | undefined {
  const [withoutFragment = ''] = hook.url.split('#', 1);
  const url = URL.parse(withoutFragment);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const base = CLEAN.test(withoutFragment) ? withoutFragment : url.href;
  const { query, body, contentType, signedForm } = contentOf(hook);
  const signed = query === '' ? base : `${base}${separatorAfter(base)}${query}`;
  const target = CLEAN.exec(signed)?.[2];
  if (target === undefined) return undefined;
  return { url, target, body, contentType, signature: signatureOf(authToken, signed, signedForm) };
}

function contentOf({ method, url, params }: { method: 'GET' | 'POST'; url: string; params: HookParams }) {
  const encoded = new URLSearchParams(params.map(([name, value]) => [name, value])).toString();
  const form = 'application/x-www-form-urlencoded; charset=utf-8';
  if (method === 'GET') return { query: encoded, body: undefined, contentType: form, signedForm: [] };
  if (connectionOverrides(url).json !== true)
    return { query: '', body: encoded, contentType: form, signedForm: params };
  const json = JSON.stringify(Object.fromEntries(params));
  const digest = createHash('sha256').update(json).digest('hex');
  return { query: `bodySHA256=${digest}`, body: json, contentType: 'application/json', signedForm: [] };
}

function separatorAfter(url: string): string {
  if (!url.includes('?')) return '?';
  return /[?&]$/.test(url) ? '' : '&';
}
