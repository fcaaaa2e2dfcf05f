/**
 * Absolute links into Sync. They always name this host, whatever the client calls us: they travel through the tunnel, where only the path
 * counts, and so one event's bytes serve all clients (design 4).
 */
const BASE = 'https://cds.us1.twilio.com/v3/Services';

const COLLECTION = { document: 'Documents', list: 'Lists', map: 'Maps' } as const;

export function objectUrl(serviceSid: string, type: keyof typeof COLLECTION, sid: string): string {
  return `${BASE}/${serviceSid}/${COLLECTION[type]}/${sid}`;
}

export function itemsUrl(serviceSid: string, type: 'list' | 'map', sid: string): string {
  return `${objectUrl(serviceSid, type, sid)}/Items`;
}

export function itemUrl(serviceSid: string, type: 'list' | 'map', sid: string, key: string | number): string {
  return `${itemsUrl(serviceSid, type, sid)}/${encodeURIComponent(key)}`;
}
