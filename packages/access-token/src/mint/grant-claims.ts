import type { AccessTokenErrorCode } from './access-token-error.ts';
import { checkFlag, checkObject, checkSid, checkText, fail } from './check-arguments.ts';
import { type GrantKind, grantKinds, type MemberRule, wireName } from './grant-kinds.ts';

/** One grant as the token carries it, or all of them by their keys. */
export type GrantClaim = Record<string, unknown>;

interface Member {
  readonly name: string;
  readonly wireName: string;
  readonly rule: MemberRule;
}

/** Prepared once: tokens are made often. */
const membersOf = new Map(
  Object.entries<Readonly<Record<string, MemberRule>>>(grantKinds).map(([kind, rules]): [string, Member[]] => [
    kind,
    Object.entries(rules).map(([name, rule]) => ({ name, wireName: wireName(name), rule })),
  ]),
);

/** Checks the grants of the plain-function form, and writes them into `claim` by their keys in the token. */
export function writeGrants(claim: GrantClaim, grants: unknown): void {
  checkObject(grants, 'invalid_grants', 'grants');
  for (const [name, grant] of Object.entries<unknown>({ ...grants })) {
    if (!isKind(name)) fail('unknown_grant', `grants.${name}`, 'is no grant; see GrantOptions');
    if (isAbsent(grant)) continue;
    checkObject(grant, 'invalid_grants', `grants.${name}`);
    claim[wireName(name)] = writeGrant(name, grant);
  }
}

/**
 * Checks a grant and writes it. Members that are undefined or null are left out, as every official library does with empty
 * ones (access tokens 1); a service must be named by each grant that has one.
 */
export function writeGrant(kind: GrantKind, grant: object): GrantClaim {
  const claim: GrantClaim = {};
  for (const { name, wireName, rule } of membersOf.get(kind) ?? []) {
    const value: unknown = Reflect.get(grant, name);
    if (isAbsent(value) && name !== 'serviceSid') continue;
    // Codes are the names on the wire; the type lists them.
    checkMember(rule, value, `invalid_${wireName}` as AccessTokenErrorCode, `grants.${kind}.${name}`);
    claim[wireName] = value;
  }
  if (kind === 'voice') return shapeVoice(claim);
  return kind === 'player' ? { ...Object(claim.grant) } : claim;
}

function checkMember(rule: MemberRule, value: unknown, code: AccessTokenErrorCode, argument: string): void {
  if (rule === 'text') checkText(value, code, argument);
  else if (rule === 'flag') checkFlag(value, code, argument);
  else if (rule === 'object') checkObject(value, code, argument);
  else if (rule !== 'sync') checkSid(rule, value, code, argument);
  else if (value !== 'default') checkSid('IS', value, code, argument);
}

function shapeVoice({ incoming_allow, ...members }: GrantClaim): GrantClaim {
  const { outgoing_application_sid: application_sid, outgoing_application_params: params, ...rest } = members;
  return {
    incoming: incoming_allow === true ? { allow: true } : undefined,
    outgoing: application_sid === undefined ? undefined : { application_sid, params },
    ...rest,
  };
}

function isKind(name: string): name is GrantKind {
  return membersOf.has(name);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
