import type { Limits } from '../../config/index.ts';
import type { ParticipantRow } from '../../store/seam.ts';
import { DomainError } from '../errors.ts';
import { type Binding, kindOf, requireKind } from './binding.ts';

/** What can be changed about how somebody takes part. Absent: stays as it is; empty, or the word `null`: removed (lifecycle 5). */
export interface BindingChange {
  proxyAddress?: string | undefined;
  projectedAddress?: string | undefined;
  identity?: string | undefined;
}

export function isBindingChange({ proxyAddress, projectedAddress, identity }: BindingChange): boolean {
  return proxyAddress !== undefined || projectedAddress !== undefined || identity !== undefined;
}

/**
 * The binding as it is with the change. Refuses with 50441 a proxy address for who has no address, with 50444 an identity for who is not a
 * number that stands for nobody, with 50434 what leaves a member of a Group MMS without any address.
 */
export function changedBinding(
  limits: Pick<Limits, 'identityCharacters'>,
  before: ParticipantRow,
  { proxyAddress, projectedAddress, identity }: BindingChange,
): Binding {
  const proxy = givenText(proxyAddress);
  const projected = givenText(projectedAddress);
  const name = givenText(identity);
  if (typeof proxy === 'string' && before.address === null) {
    throw new DomainError(
      50441,
      400,
      'MessagingBinding.ProxyAddress cannot be added to this participant',
      'MessagingBinding.ProxyAddress',
    );
  }
  if (name !== undefined && name !== before.identity && kindOf(before) !== 'group gateway') {
    throw new DomainError(
      50444,
      400,
      'Identity cannot be added to this participant: it needs a projected address and no identity',
      'Identity',
    );
  }
  const after: Binding = {
    identity: name === undefined ? before.identity : name,
    address: before.address,
    proxy_address: proxy === undefined ? before.proxy_address : proxy,
    projected_address: projected === undefined ? before.projected_address : projected,
  };
  if (after.identity === null && after.address === null && after.projected_address === null) {
    throw new DomainError(
      50434,
      400,
      'A Group MMS participant needs an address or a projected address',
      'MessagingBinding.ProjectedAddress',
    );
  }
  requireKind(limits, after);
  return after;
}

function givenText(text: string | undefined): string | null | undefined {
  return text === '' || text === 'null' ? null : text;
}
