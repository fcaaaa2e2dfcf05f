import type { PrepareContext } from '../command.ts';
import { invalidParameter } from '../errors.ts';
import { checkAttributes, checkLength } from '../text.ts';
import { requireKind } from './binding.ts';
import type { NewParticipant } from './insert-participant.ts';

/** What can be said about a participant who is added. An empty text is none. */
export interface ParticipantInput {
  identity?: string | undefined;
  address?: string | undefined;
  proxyAddress?: string | undefined;
  projectedAddress?: string | undefined;
  /** Of an e-mail address. */
  bindingName?: string | undefined;
  bindingLevel?: string | undefined;
  attributes?: string | undefined;
  /** A conversation role of the service; for account credentials only. */
  roleSid?: string | undefined;
  /** In ms, for the import of history. */
  createdAt?: number | undefined;
  updatedAt?: number | undefined;
}

/** Checks all that can be checked without the conversation. */
export function readParticipant({ actor, limits }: PrepareContext, input: ParticipantInput): NewParticipant {
  const { bindingName, bindingLevel, roleSid, createdAt, updatedAt } = input;
  if (bindingName !== undefined) checkLength('name', bindingName, limits.identityCharacters, 20001);
  if (bindingLevel !== undefined && !['', 'from', 'to', 'cc'].includes(bindingLevel)) {
    throw invalidParameter('level must be to or cc.');
  }
  const binding = {
    identity: input.identity || null,
    address: input.address || null,
    proxy_address: input.proxyAddress || null,
    projected_address: input.projectedAddress || null,
    binding_name: bindingName || null,
    binding_level: bindingLevel || null,
  };
  const kind = requireKind(limits, binding);
  const attributes = checkAttributes(input.attributes, limits.participantAttributesBytes);
  return { kind, binding, attributes, roleSid: actor.kind === 'user' ? undefined : roleSid, createdAt, updatedAt };
}
