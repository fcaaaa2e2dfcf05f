import type { SidPrefix } from '../shared/sid.ts';
import type { GrantOptions } from './grant-options.ts';

/** What a member must be: a SID of a kind, that of a Sync Service or `default`, text, true or false, or an object. */
export type MemberRule = SidPrefix | 'sync' | 'text' | 'flag' | 'object';

type Rules<Options> = { readonly [Member in keyof Required<Options>]: MemberRule };

const chat: Rules<NonNullable<GrantOptions['chat']>> = {
  serviceSid: 'IS',
  endpointId: 'text',
  deploymentRoleSid: 'RL',
  pushCredentialSid: 'CR',
};

/** The grants of the reference (access tokens 1), with their members in the order of the official Node library. */
export const grantKinds: {
  readonly [Kind in keyof Required<GrantOptions>]: Rules<NonNullable<GrantOptions[Kind]>>;
} = {
  chat,
  dataSync: { serviceSid: 'sync', endpointId: 'text' },
  video: { room: 'text' },
  voice: {
    incomingAllow: 'flag',
    outgoingApplicationSid: 'AP',
    outgoingApplicationParams: 'object',
    pushCredentialSid: 'CR',
    endpointId: 'text',
  },
  taskRouter: { workspaceSid: 'WS', workerSid: 'WK', role: 'text' },
  player: { grant: 'object' },
  ipMessaging: chat,
  rtc: { configurationProfileSid: 'VS' },
};

export type GrantKind = keyof typeof grantKinds;

/** The name in the token of a grant or a member: `serviceSid` is `service_sid` there. */
export function wireName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
