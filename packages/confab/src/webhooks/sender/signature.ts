import { createHmac } from 'node:crypto';

/** Names and values, in the order in which they are sent. No name twice: libraries differ on what is signed then (webhooks 6). */
export type HookParams = readonly (readonly [name: string, value: string])[];

/**
 * `X-Twilio-Signature` of a hook (webhooks 6): HMAC-SHA1 with the account's primary auth token over the URL and, of a form, each name and
 * value in the order of the names' code units. A GET has its parameters in the URL already.
 */
export function signatureOf(authToken: string, url: string, form: HookParams = []): string {
  const sorted = [...form].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const signed = url + sorted.map(([name, value]) => name + value).join('');
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}
