import type { Limits } from '../../config/index.ts';
import { isSid } from '../../sid.ts';
import { DomainError } from '../errors.ts';
import { checkLength } from '../text.ts';

/** Refuses names that are too long (50003, 20001), and a unique name that a SID in its place would be mistaken for (50390). */
export function checkConversationNames(
  limits: Limits,
  { friendlyName, uniqueName }: { friendlyName?: string | undefined; uniqueName?: string | undefined },
): void {
  if (friendlyName !== undefined) {
    checkLength('FriendlyName', friendlyName, limits.conversationFriendlyNameCharacters, 50003);
  }
  if (uniqueName === undefined) return;
  checkLength('UniqueName', uniqueName, limits.conversationUniqueNameCharacters, 20001);
  if (isSid('CH', uniqueName)) {
    throw new DomainError(
      50390,
      400,
      'UniqueName must not look like a Conversation SID (CH and 32 hex digits).',
      'UniqueName',
    );
  }
}
