import { invalidParameter } from '../../domain/index.ts';
import { isSid } from '../../sid.ts';

/** The SIDs that a `get` of a media set names (protocol 10.6). Throws a refusal for what is none. */
export function mediaSetOf(body: unknown, maximum: number): string[] {
  if (typeof body !== 'object' || body === null || !('command' in body) || body.command !== 'get')
    throw invalidParameter('The body must be {"command": "get", "list": […]}.');
  if (!('list' in body) || !Array.isArray(body.list) || body.list.length > maximum)
    throw invalidParameter(`list must be an array of at most ${maximum} files.`);
  return body.list.map((entry: unknown) => {
    const sid = typeof entry === 'object' && entry !== null && 'media_sid' in entry ? entry.media_sid : undefined;
    if (typeof sid !== 'string' || !isSid('ME', sid)) throw invalidParameter('Each entry of list needs a media_sid.');
    return sid;
  });
}
