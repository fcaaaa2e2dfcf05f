import type { Limits } from '../../config/index.ts';
import type { ParticipantRow } from '../../store/seam.ts';
import { DomainError, invalidParameter } from '../errors.ts';
import { checkIdentity, checkLength, checkText } from '../text.ts';

/** By what a participant takes part (lifecycle 5). */
export type Binding = Pick<ParticipantRow, 'identity' | 'address' | 'proxy_address' | 'projected_address'>;

/**
 * `chat`: a user of the SDK. `direct`: an address, reached from a proxy address. The others are in a Group MMS: a user with a number that
 * stands for them, a phone, and a number that stands for nobody yet (lifecycle 5).
 */
export type ParticipantKind = 'chat' | 'direct' | 'group chat' | 'group phone' | 'group gateway';

/** The kind that these members make; undefined when they make none. */
export function kindOf({ identity, address, proxy_address, projected_address }: Binding): ParticipantKind | undefined {
  const given = `${identity && 'i'}${address && 'a'}${proxy_address && 'x'}${projected_address && 'p'}`.replaceAll(
    'null',
    '',
  );
  return KINDS.get(given);
}

const KINDS: ReadonlyMap<string, ParticipantKind> = new Map([
  ['i', 'chat'],
  ['ax', 'direct'],
  ['ip', 'group chat'],
  ['a', 'group phone'],
  ['p', 'group gateway'],
]);

export function isInGroup(kind: ParticipantKind): boolean {
  return kind.startsWith('group');
}

/** How addresses of each channel look; that of a number alone is SMS (lifecycle 5). */
const CHANNELS: readonly (readonly [type: string, pattern: RegExp])[] = [
  ['sms', /^\+[1-9][0-9]{1,14}$/],
  ['whatsapp', /^whatsapp:\+[1-9][0-9]{1,14}$/],
  ['rcs', /^rcs:\S+$/],
  ['messenger', /^messenger:\S+$/],
  ['gbm', /^gbm:\S+$/],
  ['apple', /^apple:\S+$/],
  ['email', /^[^\s@:]+@[^\s@]+$/],
];

/** Numbers that only the operator's side has. */
export const SHORT_CODE = /^[0-9]{3,8}$/;

/** Group MMS is for long numbers of the United States and Canada (lifecycle 5). */
const NORTH_AMERICAN = /^\+1[0-9]{10}$/;

/** The channel of an address, such as `sms` or `whatsapp`; undefined when it is none. */
export function channelOf(address: string): string | undefined {
  return CHANNELS.find(([, pattern]) => pattern.test(address))?.[0];
}

/** Refuses what makes no participant: `Identity not provided` when too little is given, 50407 to 50409 for bad addresses. */
export function requireKind(limits: Pick<Limits, 'identityCharacters'>, binding: Binding): ParticipantKind {
  const { identity, address, proxy_address, projected_address } = binding;
  if (address === null && projected_address === null && identity === null)
    throw invalidParameter('Identity not provided', 'Identity');
  const kind = kindOf(binding);
  if (kind === undefined) {
    throw invalidParameter(
      'Give Identity; or MessagingBinding.Address with MessagingBinding.ProxyAddress; or, for Group MMS, MessagingBinding.Address, MessagingBinding.ProjectedAddress, or Identity with MessagingBinding.ProjectedAddress.',
    );
  }
  if (identity !== null) checkIdentity(identity, limits.identityCharacters);
  if (address !== null) checkAddress(limits, address, isInGroup(kind));
  if (projected_address !== null) checkAddress(limits, projected_address, true);
  if (proxy_address !== null) checkProxy(limits, proxy_address, address ?? '');
  return kind;
}

function checkAddress({ identityCharacters }: Pick<Limits, 'identityCharacters'>, address: string, inGroup: boolean) {
  checkText('MessagingBinding', address);
  const tooLong = [...address].length > identityCharacters;
  if (tooLong || channelOf(address) === undefined || (inGroup && !NORTH_AMERICAN.test(address))) {
    throw new DomainError(50407, 400, 'Invalid messaging binding address', 'MessagingBinding.Address');
  }
}

const PROXY = 'MessagingBinding.ProxyAddress';

function checkProxy({ identityCharacters }: Pick<Limits, 'identityCharacters'>, proxy: string, address: string): void {
  checkLength(PROXY, proxy, identityCharacters, 50408);
  const channel = channelOf(address);
  if (channelOf(proxy) !== channel && !(channel === 'sms' && SHORT_CODE.test(proxy))) {
    throw new DomainError(50408, 400, 'Invalid messaging binding proxy address', PROXY);
  }
  if (proxy === address) {
    throw new DomainError(50409, 400, 'Messaging binding address and proxy address must not be the same', PROXY);
  }
}

/** How a binding is shown, by REST and to the SDK; null for chat participants (lifecycle 5). */
export function messagingBinding({
  address,
  proxy_address,
  projected_address,
  binding_name,
  binding_level,
}: ParticipantRow) {
  if (address === null && projected_address === null) return null;
  return {
    type: channelOf(address ?? '') ?? 'sms',
    ...(address !== null && { address }),
    ...(proxy_address !== null && { proxy_address }),
    ...(projected_address !== null && { projected_address }),
    ...(binding_name !== null && { name: binding_name }),
    ...(binding_level !== null && { level: binding_level }),
  };
}
