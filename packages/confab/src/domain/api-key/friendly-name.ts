import { checkLength } from '../text.ts';

/** Of keys and accounts (REST API 2). */
const LONGEST = 64;

/** A name that may be left out: null then, and when it is empty. Throws when it is too long (70001, as seen from the original service). */
export function checkFriendlyName(name: string | undefined): string | null {
  if (name === undefined || name === '') return null;
  checkLength('FriendlyName', name, LONGEST, 70001);
  return name;
}
